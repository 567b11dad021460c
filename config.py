"""What you may change without touching code. Secrets do not belong here but into `.env`."""

# A dozen configurations around these are tried, and the data choose: half to twice so many trees
# (of 300 customers; more customers, more trees), up to so deep. In doubt the simpler one wins.
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

# Values of the label column. A blank label is pending: scored, never trained on.
LABELS = {
    "unpaid": "未払",
    "paid": "支払済",
}

# Columns of the customers table (one row per customer record) that name a person.
CUSTOMER_COLUMNS = {
    "customer_id": "レコード番号",
    "name": "氏名",
    "phone": "電話番号",
}

# Further columns of the customers table that the model may learn from.
# kind: number | choice; sign: +1 = more is riskier, -1 = more is safer, 0 = let the data say.
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
