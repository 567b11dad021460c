"""Settings for users to edit. Secrets do not belong here but into `.env`."""

# A dozen configurations around these are tried, and the data choose: half to twice so many trees
# (of 300 customers; more customers, more trees), up to so deep. In doubt the steadier one wins.
MODEL_PARAMS = {
    "n_estimators": 100,
    "max_depth": 6,
    "learning_rate": 0.05,
    "random_state": 42,
}

# Lowest score of each category. 50 = the usual odds, +20 points = twice the odds.
RISK_THRESHOLDS = {
    "high_risk": 70,
    "medium_risk": 40,
    "low_risk": 0,
}

# Columns of the call export (first sheet). The first five are required.
EXPORT_COLUMNS = {
    "label": "未払FLAG",
    "customer_id": "レコード番号",
    "started_at": "開始タイムスタンプjst",
    "contact_id": "コンタクト_id",
    "transcript": "content_list",
    "contract_date": "成約日date",
    "agent": "エージェント",
    "duration": "total_conversation_duration",
}

# Amazon Connect: the contact attribute that holds the customer's record number; the attribute that
# the risk category (high, medium, low) is written to, so that agents see it in Connect (empty:
# none); Connect user name or id -> our agent id, where they differ.
# Amazon Connect: レコード番号が入るコンタクト属性、リスク区分を書き込む属性（空なら書き込まない）、
# Connect のユーザー名とこちらの担当者 ID の対応。
CONNECT = {
    "customer_id_attribute": "customer_id",
    "risk_attribute": "",
    "agents": {},
}

# Kintone: field codes of the customers app, where they are not the column names below
# ({"電話番号": "TEL"}), and of the results app ({"risk_score": "スコア"}); further fields in which
# a caller's number may stand (["携帯電話"]); how many requests a day the plan allows an app.
# Kintone: 列名と違うフィールドコード、結果アプリのフィールドコード、ほかに発信者の番号を探す
# フィールド、1 日のリクエスト数の上限。
KINTONE = {
    "field_codes": {},
    "result_fields": {},
    "phone_fields": [],
    "requests_a_day": 10_000,
}

# Another CRM over HTTP (Salesforce, HubSpot, one of your own), where .env has HTTP_CRM_URL: copy an
# example of docs/http-crm.md.
# Kintone 以外の CRM（.env に HTTP_CRM_URL があるとき）。docs/http-crm.md の例を貼り付けます。
HTTP_CRM: dict[str, object] = {}

# Values of the label column, one word each or several: ["未払", "延滞"]. A blank label is pending:
# scored, never trained on.
LABELS = {
    "unpaid": "未払",
    "paid": "支払済",
}

# Words that tag a speaker in transcripts, beside the common ones ((AGENT), オペレーター： …).
# 通話記録の話者名（一般的なもの以外）。
SPEAKERS: dict[str, list[str]] = {
    "agent": [],
    "customer": [],
}

# How cells are read: further words for missing (beside 不明, -, N/A …), the decimal sign of files
# with semicolons, the order in 04/05/2024 ("mdy" or "dmy"), and words of single columns:
# {"過去の延滞回数": {"missing": ["対象外"], "codes": {"なし": 0}}}.
# セルの読み方：欠損を表す語、小数点、日付の順序、列ごとの語と数値。
CELLS = {
    "missing": [],
    "decimal": "",
    "date_order": "",
    "columns": {},
}

# Columns of the export that exist only after a call. They never become features.
# 通話の後にしか分からない列。学習には使いません。
POST_CALL_COLUMNS = [
    "agent_loudness_mean",
    "agent_negative_sentence",
    "agent_neutral_sentence",
    "agent_positive_sentence",
    "agent_sentiment_score",
    "agent_talktime",
    "agent_total_sentence",
    "customer_loudness_mean",
    "customer_negative_sentence",
    "customer_neutral_sentence",
    "customer_positive_sentence",
    "customer_sentiment_score",
    "customer_talktime",
    "customer_total_sentence",
    "total_conversation_duration",
    "total_talktime",
    "電話日-成約日",
]

# Columns that are not read: the same values as text, and the salesperson.
# 読まない列（同じ値の文字表記と営業担当者）。
IGNORED_COLUMNS = [
    "agent_talktime通話時間",
    "customer_talktime通話時間",
    "total_conversation_duration合計",
    "total_talktime通話時間",
    "営業担当者",
]

# Columns of the export in which 0 means "not measured".
# 0 が「測定なし」を意味する列。
ZERO_IS_MISSING = [
    "agent_loudness_mean",
    "customer_loudness_mean",
    "agent_talktime",
    "customer_talktime",
    "total_talktime",
]

# Optional columns of the export or of the customers table. Once there are due dates, they make the
# label instead of the flag: unpaid = nothing paid within so many days after the due date; contracts
# younger than that are pending.
# 支払期日の列があれば、未払FLAG の代わりに「期日から何日以内に入金がないか」で判定します。
PAYMENT_COLUMNS = {
    "due_date": "初回支払期日",
    "paid_date": "入金日",
}
OUTCOME_WINDOW_DAYS = 90

# How agents say that a call ended, in the order in which the choices stand: code, and its words. A
# code that calls bear must not get another meaning.
# 通話の結果の選択肢（表示順）。使い始めたコードの意味は変えないでください。
OUTCOMES = {
    "promised": {"ja": "お支払いのお約束", "en": "Promised to pay"},
    "paid": {"ja": "お支払い済みとのお申し出", "en": "Says it is paid"},
    "hardship": {"ja": "お支払い困難のご相談", "en": "Asks for help to pay"},
    "dispute": {"ja": "ご請求内容への異議", "en": "Disputes the claim"},
    "refused": {"ja": "お支払いのお断り", "en": "Refused to pay"},
    "call_back": {"ja": "折り返しのお約束", "en": "Call back agreed"},
    "wrong_person": {"ja": "ご本人様以外", "en": "Not the customer"},
    "not_reached": {"ja": "ご不在・つながらず", "en": "Not reached"},
}

# Columns of the customers table (one row per customer record) that name a person; a phone number
# also shows which records are one person. What stands in "name", and in the optional "kana" (of the
# name) and "address", is hidden in what is said in a call of this customer.
# 顧客を表す列。"name" と、任意の "kana"（氏名のかな）・"address" の内容は、その顧客の通話では
# 伏せ字になります。
CUSTOMER_COLUMNS = {
    "customer_id": "レコード番号",
    "name": "氏名",
    "phone": "電話番号",
    "kana": "",
    "address": "",
}

# Further columns of the customers table, or else of the export, that the model may learn from. A
# run suggests a line for every column that is not declared here.
# モデルが学習に使う列。実行すると、まだ書かれていない列の候補が表示されます。
# kind: number | choice (with its "choices") | date (learnt as days until the call);
# sign: +1 = more is riskier, -1 = more is safer, 0 = let the data say (not for choices);
# zero_is_missing: True = 0 means unknown; unknown_values: numbers for unknown, [9999];
# known_before_call: True = known when a call begins, False = only later (then it is left out);
# live: True = a column of the export that changes from call to call because the record did, and
# whose value is known when the call begins. Other columns that change are known too late.
CUSTOMER_FIELDS = [
    {
        "name": "earlier_late_payments",
        "column": "過去の延滞回数",
        "kind": "number",
        "label": "過去の延滞回数",
        "label_en": "Earlier late payments",
        "unit": "回",
        "unit_en": "×",
        "sign": 1,
    },
    {
        "name": "contract_amount",
        "column": "契約金額",
        "kind": "number",
        "label": "契約金額（月額）",
        "label_en": "Contract amount per month",
        "unit": "円",
        "unit_en": " yen",
    },
    {
        "name": "payment_method",
        "column": "支払方法",
        "kind": "choice",
        "label": "支払方法",
        "label_en": "Payment method",
        "choices": ["口座振替", "クレジットカード", "コンビニ払い", "銀行振込"],
    },
    {
        "name": "contract_months",
        "column": "契約期間",
        "kind": "number",
        "label": "契約期間",
        "label_en": "Contract period",
        "unit": "か月",
        "unit_en": " months",
    },
    {
        "name": "years_employed",
        "column": "勤続年数",
        "kind": "number",
        "label": "勤続年数",
        "label_en": "Years employed",
        "unit": "年",
        "unit_en": " years",
    },
]

# Personal data that is hidden in what is said before it is stored or shown; False leaves a kind
# readable. "number": cards, telephones, accounts, security codes, licences.
MASKED = {
    "number": True,
    "mail": True,
    "birth": True,
    "expiry": True,
    "password": True,
    "address": True,
    "name": True,
}

# For how many days after its end a call is kept: "words" are what was said and written down (longer
# while the customer calls again within that time), "scores" all the rest, "sent" the messages to
# other systems, "quarantine" records that could not be read.
KEPT_DAYS = {"words": 90, "scores": 1095, "sent": 90, "quarantine": 7}

# Between which hours of Japan customers may be called, how many calls a week at most, and for how
# many days a dispute bars calls. Confirm them with your counsel: the values are a beginning.
# お客様に電話してよい時間帯（日本時間）、週の回数の上限、異議申し立て後に電話を控える日数。
# 初期値は出発点です。必ず法務・弁護士に確認してください。
CONTACT_RULES = {"from_hour": 8, "to_hour": 21, "calls_a_week": 7, "dispute_days": 90}
