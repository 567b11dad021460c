"""The words of the page of webhooks, in Japanese and English."""

from callrisk.domain.webhooks.webhook import DeliveryState, WebhookEvent, WebhookState
from callrisk.domain.wording import Text

WEBHOOK_WORDS: dict[str, Text] = {
    "webhooks": Text("Webhook", "Webhooks"),
    "about": Text(
        "選んだ出来事を、ほかのシステムのアドレスへ署名付きで送ります。送るのは番号と種類だけで、会話の内容、"
        "氏名、電話番号は送りません。",
        "Events of the chosen types are sent, signed, to the address of another system: numbers "
        "and types alone, no words, names or telephone numbers.",
    ),
    "name": Text("名前", "Name"),
    "url": Text("送信先", "Address"),
    "event_types": Text("送る出来事", "Events"),
    "state": Text("状態", "State"),
    "waiting": Text("待ち", "Waiting"),
    "add": Text("Webhook を追加", "Add a webhook"),
    "none": Text("Webhook はまだありません。", "There are no webhooks yet."),
    "none_such": Text("この Webhook はありません。", "There is no such webhook."),
    "new_secret": Text("シークレットを替える", "Replace the secret"),
    "new_secret_about": Text(
        "それまでのシークレットの署名も、それぞれ24時間付けます。",
        "Those before sign beside it, each for 24 hours.",
    ),
    "test": Text("テスト送信", "Send a test"),
    "tested": Text(
        "テストを送ります。結果は下に表示します。", "A test is sent; the list below tells."
    ),
    "enable_now": Text("今から再開", "Switch on from now"),
    "enable_now_about": Text(
        "止まっていた間の出来事と待ちの分は送りません。待ちの分は後からもう一度送れます。",
        "What happened while it was off, and what waits, is not sent; what waits can be sent again "
        "later.",
    ),
    "catch_up": Text("さかのぼって再開", "Switch on and catch up"),
    "catch_up_about": Text(
        "待ちの分と、止まっていた間の出来事を先に送ります。新しい出来事はその後になります。",
        "What waits and what happened while it was off is sent first, and what happens now after "
        "it.",
    ),
    "send_again": Text("断念した分をもう一度送る", "Send again what was given up"),
    "sent_again": Text("もう一度送ります。", "It is sent again."),
    "sent_already": Text(
        "このフォームはもう送られたか、その後に変更がありました。何も変えていません。今の状態を確かめてください。",
        "This form was sent already, or something changed since. Nothing was changed now; look at "
        "what is there.",
    ),
    "off_since": Text("停止:", "since"),
    "disable": Text("停止", "Switch off"),
    "remove": Text("削除", "Remove"),
    "saved": Text("保存しました。", "Saved."),
    "removed": Text("削除しました。", "Removed."),
    "deliveries": Text("最近の送信", "Newest deliveries"),
    "no_deliveries": Text("送信はまだありません。", "Nothing was sent yet."),
    "at": Text("日時", "When"),
    "message": Text("ID (webhook-id)", "Id (webhook-id)"),
    "result": Text("結果", "Result"),
    "attempts": Text("回数", "Attempts"),
    "show": Text("送信を見る", "Show deliveries"),
    "failing_since": Text("失敗が続く:", "failing since"),
}

EVENT_WORDS: dict[WebhookEvent, Text] = {
    WebhookEvent.CALL_STARTED: Text("通話の開始", "A call began"),
    WebhookEvent.CALL_ENDED: Text("通話の終了", "A call ended"),
    WebhookEvent.ALERT_RAISED: Text("初めて高リスクになった", "First high risk of a call"),
    WebhookEvent.CALL_ESCALATED: Text("エスカレーション", "A call was escalated"),
    WebhookEvent.PROMISE_MADE: Text("支払いの約束", "A customer promised to pay"),
    WebhookEvent.JOB_FINISHED: Text("長い処理の終了", "A long job ended"),
    WebhookEvent.WEBHOOK_TEST: Text("テスト", "A test"),
}

STATE_WORDS: dict[WebhookState, Text] = {
    WebhookState.ON: Text("有効", "on"),
    WebhookState.OFF: Text("停止中", "off"),
    WebhookState.GONE: Text("停止（受信側が 410 を返した）", "off: the receiver answered 410 Gone"),
    WebhookState.FAILING: Text("停止（失敗が続いた）", "off: nothing was taken for days"),
}

RESULT_WORDS: dict[DeliveryState, Text] = {
    DeliveryState.WAITING: Text("待ち", "waiting"),
    DeliveryState.DELIVERED: Text("送信済み", "delivered"),
    DeliveryState.GIVEN_UP: Text("断念", "given up"),
}
