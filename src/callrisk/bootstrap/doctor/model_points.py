"""The points of the model that serves, and of the files in the data folder."""

from collections.abc import Iterator
from pathlib import Path

from callrisk.bootstrap.configured_language import configured_language
from callrisk.bootstrap.doctor.finding import Finding, State, good, not_set_up
from callrisk.data_folder import call_export, customer_table, is_demo, real_customer_table
from callrisk.domain.wording import TRAIN_COMMAND, Text
from callrisk.integrations.spreadsheet.rows import DataError, open_table
from callrisk.live.served_model import ServedChampion
from callrisk.live.served_playbook import ServedPlaybook
from callrisk.pipeline.file_formats import customer_format, export_format
from callrisk.settings import Settings

_TRAIN = Text(
    f"学習させる: {TRAIN_COMMAND}（版を選び直すには --promote VERSION --by NAME）",
    f"train one: {TRAIN_COMMAND} (or promote another version: --promote VERSION --by NAME)",
)
_INSPECT = Text(
    "python src/main.py --inspect FILE で読み方を見て、config.py の列の名前を合わせる",
    "see how it is read with python src/main.py --inspect FILE, and name its columns in config.py",
)


def model_points(settings: Settings) -> Iterator[Finding]:
    """Yield whether the champion can serve, and the language and playbook that go with it."""
    held = configured_language(settings)
    champion = ServedChampion(
        settings.models_dir, allow_demo=not settings.is_production, language=held.language.version
    )
    champion.refresh()
    yield _model_point(champion, _training_advice(settings))
    if held.fault is not None:
        todo = Text(
            f"{_shown(settings, settings.own_predicates)} の示された行を直す",
            f"correct the named line of {_shown(settings, settings.own_predicates)}",
        )
        yield Finding("language", State.WRONG, held.fault, todo)
    else:
        version = held.language.version
        yield good("language", f"言語版 {version}", f"language {version}")
    yield _playbook_point(settings)


def _training_advice(settings: Settings) -> Text:
    """Return how a model comes about; production trains with real exports alone."""
    export = call_export(settings.raw_dir)
    if settings.is_production and (export is None or is_demo(export)):
        where = _shown(settings, settings.raw_dir)
        return Text(
            f"実際の通話データ（.xlsx か .csv）を {where} に置いてから学習させる: "
            f"{TRAIN_COMMAND}（見本のモデルは本番では使えません）",
            f"put real call exports (.xlsx or .csv) into {where}, then train: {TRAIN_COMMAND} (a "
            "model of the sample is refused in production)",
        )
    return _TRAIN


def _model_point(champion: ServedChampion, advice: Text) -> Finding:
    served, notice = champion.current, champion.notice
    if served is None:
        text = notice or Text(
            "モデルがありません。スコアを出せません", "there is no model, so there are no scores"
        )
        return Finding("model", State.WRONG, text, advice)
    if champion.language_trouble is not None:
        return Finding("model", State.ATTENTION, champion.language_trouble, advice)
    model = served.model
    demo = " DEMO" if model.demo else ""
    shown = f"{model.version}{demo} ({model.skill})"
    return good("model", shown, shown)


def _playbook_point(settings: Settings) -> Finding:
    check = ServedPlaybook(settings.own_playbook, settings.customer_fields).check()
    text = Text(check.message or check.detail, check.message_en or check.detail)
    if check.ok:
        return Finding("playbook", State.OK, text)
    where = _shown(settings, settings.own_playbook)
    todo = Text(f"{where} の示された所を直す", f"correct what is named in {where}")
    return Finding("playbook", State.WRONG, text, todo)


def data_points(settings: Settings) -> Iterator[Finding]:
    """Yield whether the call export and the customers table are there and have their columns."""
    export = call_export(settings.raw_dir)
    where = _shown(settings, settings.raw_dir)
    if export is None:
        todo = Text(
            f"月次の通話データ（.xlsx か .csv）を {where} に置く",
            f"put the monthly call export (.xlsx or .csv) into {where}",
        )
        yield not_set_up("export", "通話データがありません", "there is no call export", todo)
    elif settings.is_production and is_demo(export):
        text = Text(f"{export.name} は見本です", f"{export.name} is the sample")
        yield Finding("export", State.ATTENTION, text, _training_advice(settings))
    else:
        needed = export_format(settings)
        yield _table_point("export", export, settings.export_columns.required, needed.named)
    yield _customers_point(settings)


def _customers_point(settings: Settings) -> Finding:
    raw = settings.raw_dir
    real, table = real_customer_table(raw), customer_table(raw)
    if settings.is_production and real is None and not settings.env.names_crm:
        where = _shown(settings, raw)
        text = Text(
            "Kintone も顧客表もないため、お客様の記録なしでスコアを計算します（見本の表は本番では"
            "使いません）",
            "neither Kintone nor a customers table, so scores know no customer records (production "
            "does not use the sample)",
        )
        todo = Text(
            f"Kintone を設定するか、実際の顧客表（顧客….csv）を {where} に置いて再起動する",
            f"set up Kintone, or put your customers table (顧客….csv) into {where} and start again",
        )
        return Finding("customers", State.ATTENTION, text, todo)
    if settings.is_production:
        table = real
    if table is None:
        return not_set_up(
            "customers", "顧客表はありません（Kintone があれば不要です）",
            "there is no customers table; with Kintone none is needed",
        )  # fmt: skip
    columns = customer_format(settings)
    return _table_point("customers", table, (columns.customer_id,), columns.named)


def _table_point(
    name: str, path: Path, required: tuple[str, ...], named: tuple[str, ...]
) -> Finding:
    try:
        open_table(path, named, required).require(required)
    except (DataError, OSError) as error:
        line = " ".join(str(error).split())
        return Finding(name, State.WRONG, Text(line, line), _INSPECT)
    demo = " DEMO" if is_demo(path) and "DEMO" not in path.name else ""
    return good(
        name,
        f"{path.name}{demo}: 必要な列があります",
        f"{path.name}{demo} has the columns it needs",
    )


def _shown(settings: Settings, path: Path) -> str:
    return path.relative_to(settings.root).as_posix()
