"""The schema of config.py: every name in it, with its limits."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from callrisk.domain.customer import FieldKind
from callrisk.domain.masking import Kind
from callrisk.domain.work.outcome_codes import LONGEST_CODE, MOST_OUTCOMES, Outcome
from callrisk.domain.work.outcome_codes import OUTCOMES as DEFAULT_OUTCOMES
from callrisk.settings.http_crm_config import HttpCrm
from callrisk.settings.result_fields import RESULT_FIELDS, WORK_FIELDS, check_result_fields
from callrisk.settings.strict import Strict


class ModelParams(Strict):
    """MODEL_PARAMS of config.py."""

    n_estimators: int = Field(ge=1, le=5000)
    max_depth: int = Field(ge=1, le=12)
    learning_rate: float = Field(gt=0, le=1)
    random_state: int = Field(ge=0)


class RiskThresholds(Strict):
    """RISK_THRESHOLDS of config.py."""

    high_risk: int = Field(ge=1, le=100)
    medium_risk: int = Field(ge=1, le=100)
    low_risk: int = Field(ge=0, le=0)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.medium_risk >= self.high_risk:
            raise ValueError("medium_risk must lie below high_risk")
        return self


class ExportColumns(Strict):
    """EXPORT_COLUMNS of config.py: the column names of a call export."""

    label: str
    customer_id: str
    started_at: str
    contact_id: str
    transcript: str
    contract_date: str
    agent: str
    duration: str

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which nothing can be learnt."""
        return (self.label, self.customer_id, self.started_at, self.contact_id, self.transcript)


class Labels(Strict):
    """LABELS of config.py."""

    # One word or several.
    unpaid: str | tuple[str, ...]
    paid: str | tuple[str, ...]

    @model_validator(mode="after")
    def _apart(self) -> Self:
        unpaid, paid = (
            {words} if isinstance(words, str) else set(words) for words in (self.unpaid, self.paid)
        )
        if not unpaid or not paid or unpaid & paid:
            raise ValueError("unpaid and paid need a word each, and none of them twice")
        return self


class ColumnCells(Strict):
    """One column in CELLS of config.py: words for missing, and words that stand for a number."""

    missing: tuple[str, ...] = ()
    codes: dict[str, float] = Field(default={})


class Cells(Strict):
    """CELLS of config.py: how cells are read, in all columns and in single ones."""

    missing: tuple[str, ...] = ()
    decimal: Literal["", ".", ","] = ""
    date_order: Literal["", "mdy", "dmy"] = ""
    columns: dict[str, ColumnCells] = Field(default={})


class Speakers(Strict):
    """SPEAKERS of config.py: words that tag a turn's speaker, beside the common ones."""

    agent: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()


class CustomerColumns(Strict):
    """CUSTOMER_COLUMNS of config.py."""

    customer_id: str
    name: str
    phone: str
    # Of a known customer they are hidden in what is said; empty where the table has none.
    kana: str = ""
    address: str = ""


class PaymentColumns(Strict):
    """PAYMENT_COLUMNS of config.py: optional columns of the export or of the customers table."""

    due_date: str = ""
    paid_date: str = ""


class Connect(Strict):
    """CONNECT of config.py: contact attributes and agents of Amazon Connect."""

    customer_id_attribute: str = "customer_id"
    # Contact attributes have plain keys; empty writes nothing.
    risk_attribute: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$")
    agents: dict[str, str] = Field(default={})

    @model_validator(mode="after")
    def _two_attributes(self) -> Self:
        if self.risk_attribute == self.customer_id_attribute:
            raise ValueError("risk_attribute would overwrite customer_id_attribute; name another")
        return self


class Kintone(Strict):
    """KINTONE of config.py: field codes of the apps, where they are not the names used here."""

    # Column of CUSTOMER_COLUMNS or CUSTOMER_FIELDS -> field code of the customers app.
    field_codes: dict[str, str] = Field(default={})
    # Name in RESULT_FIELDS or WORK_FIELDS -> field code of the results app.
    result_fields: dict[str, str] = Field(default={})
    # Further fields that a caller's number is looked for in, beside CUSTOMER_COLUMNS "phone".
    phone_fields: tuple[str, ...] = ()
    requests_a_day: int = Field(default=10_000, ge=1)

    @model_validator(mode="after")
    def _results_are_known(self) -> Self:
        check_result_fields(self.result_fields, self.result_codes)
        return self

    def code(self, column: str) -> str:
        """Return the field code of a column of the customers table."""
        return self.field_codes.get(column, column)

    @property
    def result_codes(self) -> dict[str, str]:
        """The field code of each result that is written for a call."""
        known = (*RESULT_FIELDS, *WORK_FIELDS)
        return {name: self.result_fields.get(name, name) for name in known}

    @property
    def optional_results(self) -> frozenset[str]:
        """The values that are left out where the results app has no field for them."""
        return frozenset(WORK_FIELDS) - set(self.result_fields)


class DeclaredField(Strict):
    """One entry of CUSTOMER_FIELDS."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    column: str
    kind: FieldKind
    label: str
    label_en: str
    unit: str = ""
    unit_en: str = ""
    sign: Literal[-1, 0, 1] = 0
    choices: tuple[str, ...] = ()
    zero_is_missing: bool = False
    live: bool = False
    known_before_call: bool | None = None
    unknown_values: tuple[float, ...] | None = None

    @model_validator(mode="after")
    def _keys_fit_kind(self) -> Self:
        if (self.kind is FieldKind.CHOICE) != bool(self.choices):
            raise ValueError("a choice field lists its choices; a number or date field has none")
        if self.zero_is_missing and self.kind is not FieldKind.NUMBER:
            raise ValueError("zero_is_missing is for number fields")
        if self.unknown_values is not None and self.kind is not FieldKind.NUMBER:
            raise ValueError("unknown_values is for number fields")
        return self


class Masked(Strict):
    """MASKED of config.py: the kinds of personal data that are hidden in what is said."""

    number: bool = True
    mail: bool = True
    birth: bool = True
    expiry: bool = True
    password: bool = True
    address: bool = True
    name: bool = True

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds that are hidden."""
        return frozenset(kind for kind in Kind if getattr(self, kind))


class Keeping(Strict):
    """KEPT_DAYS of config.py: how long what is stored of a call is kept."""

    words: int = Field(default=90, ge=1, le=3650)
    scores: int = Field(default=1095, ge=1, le=36500)
    sent: int = Field(default=90, ge=1, le=3650)
    quarantine: int = Field(default=7, ge=1, le=365)

    @model_validator(mode="after")
    def _words_go_first(self) -> Self:
        if self.words > self.scores:
            raise ValueError("words cannot be kept longer than the scores of their call")
        return self


class ContactHours(Strict):
    """CONTACT_RULES of config.py: when and how often customers may be called."""

    from_hour: int = Field(default=8, ge=0, le=23)
    to_hour: int = Field(default=21, ge=1, le=24)
    calls_a_week: int = Field(default=7, ge=1, le=100)
    dispute_days: int = Field(default=90, ge=1, le=3650)

    @model_validator(mode="after")
    def _hours_are_a_span(self) -> Self:
        if self.from_hour >= self.to_hour:
            raise ValueError("from_hour must lie before to_hour")
        return self


class OutcomeWords(Strict):
    """One entry of OUTCOMES: its words in both languages."""

    ja: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=40)


OutcomeCode = Annotated[str, Field(pattern=rf"^[a-z][a-z0-9_]{{0,{LONGEST_CODE - 1}}}$")]


class Config(Strict):
    """The whole of config.py."""

    MODEL_PARAMS: ModelParams
    RISK_THRESHOLDS: RiskThresholds
    EXPORT_COLUMNS: ExportColumns
    LABELS: Labels
    SPEAKERS: Speakers = Speakers()
    CELLS: Cells = Cells()
    CUSTOMER_COLUMNS: CustomerColumns
    CUSTOMER_FIELDS: tuple[DeclaredField, ...]
    POST_CALL_COLUMNS: tuple[str, ...] = ()
    IGNORED_COLUMNS: tuple[str, ...] = ()
    ZERO_IS_MISSING: tuple[str, ...] = ()
    CONNECT: Connect = Connect()
    KINTONE: Kintone = Kintone()
    HTTP_CRM: HttpCrm = HttpCrm()
    PAYMENT_COLUMNS: PaymentColumns = PaymentColumns()
    MASKED: Masked = Masked()
    KEPT_DAYS: Keeping = Keeping()
    CONTACT_RULES: ContactHours = ContactHours()
    OUTCOME_WINDOW_DAYS: int = Field(default=90, ge=1, le=3650)
    OUTCOMES: dict[OutcomeCode, OutcomeWords] = Field(default={}, max_length=MOST_OUTCOMES)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes of calls in the order of the file; the product's where it names none."""
        own = (Outcome(code, words.ja, words.en) for code, words in self.OUTCOMES.items())
        return tuple(own) or DEFAULT_OUTCOMES

    @model_validator(mode="after")
    def _fields_are_features(self) -> Self:
        for field in self.CUSTOMER_FIELDS:
            reason = self._never_a_feature().get(field.column)
            if reason is not None:
                raise ValueError(
                    f'CUSTOMER_FIELDS "{field.name}": column "{field.column}" {reason}'
                )
        names = [field.name for field in self.CUSTOMER_FIELDS]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"CUSTOMER_FIELDS: {', '.join(twice)} declared twice")
        return self

    def _never_a_feature(self) -> dict[str, str]:
        tells = "tells the outcome and can be no feature; take the field out"
        ignored = "is listed in IGNORED_COLUMNS; take it out there or here"
        return dict.fromkeys(self.IGNORED_COLUMNS, ignored) | {
            self.EXPORT_COLUMNS.label: tells,
            self.PAYMENT_COLUMNS.due_date: tells,
            self.PAYMENT_COLUMNS.paid_date: tells,
            self.EXPORT_COLUMNS.transcript: "is the transcript, which is read already",
            self.EXPORT_COLUMNS.agent: "names the agent, who can be no feature",
        }
