"""What the pages of the administration say, in Japanese and English."""

from callrisk.domain.wording import Text

ADMIN_WORDS: dict[str, Text] = {
    "admin": Text("管理", "Administration"),
    "persons": Text("利用者", "Persons"),
    "keys": Text("システム連携のキー", "Keys of systems"),
    "webhooks": Text("Webhook", "Webhooks"),
    "all_sessions": Text("ログイン中の人", "Sessions"),
    "add_person": Text("利用者を追加", "Add a person"),
    "edit_person": Text("利用者を編集", "Edit a person"),
    "no_person": Text("利用者 {person_id} はいません。", "There is no person {person_id}."),
    "find": Text("検索", "Find"),
    "find_hint": Text("ログイン名・氏名・チーム", "Login, name or team"),
    "status": Text("状態", "State"),
    "active": Text("有効", "active"),
    "inactive": Text("無効", "closed"),
    "is_active": Text("ログインできる", "May log in"),
    "save": Text("保存", "Save"),
    "saved": Text("保存しました。", "Saved."),
    "several": Text("複数はスペースかコンマで区切る", "Several: apart by spaces or commas"),
    "no_password": Text("パスワードなし", "no password yet"),
    "by_provider": Text("会社のアカウント", "company account"),
    "subject": Text("会社のアカウントの ID (sub)", "Subject of the company account"),
    "provider_about": Text(
        "入力すると、次から会社のアカウントでログインし、役割と氏名は会社の情報になります。パスワードと認証コードは"
        "消え、ログイン中の端末はログアウトします。ID はログインを断る画面に表示されます。",
        "With it the person logs in with the company account, which then says roles and name. "
        "Password and one-time codes are removed, sessions end. The page that refuses the login "
        "shows the subject.",
    ),
    "bind": Text("会社のアカウントに結び付ける", "Bind to the company account"),
    "unbind_about": Text(
        "会社のアカウントでログインする人です。役割と氏名は、ログインのたびに会社の情報になります。",
        "This person logs in with the company account, which says roles and name at each login.",
    ),
    "unbind": Text("会社のアカウントから切り離す", "Unbind from the company account"),
    "new_password_for": Text("仮パスワードを発行", "Issue a first password"),
    "password_about": Text(
        "一度だけ表示します。本人に伝えてください。次のログインで本人が変更します。今のパスワードと認証コードは"
        "使えなくなり、ログイン中の端末はログアウトします。",
        "It is shown once; tell it to the person, who has to change it at the next login. The "
        "present password and one-time codes end, and so do the person's sessions.",
    ),
    "shown_once": Text("今だけ表示しています", "Shown only now"),
    "import": Text("CSV から登録", "Import from CSV"),
    "import_about": Text(
        "1行目: login,name,roles,teams,agent_ids。"
        "ログイン名が同じ人は書き換え、ほかの人は変えません。",
        "Line 1: login,name,roles,teams,agent_ids. A login that is known is changed; nobody is "
        "removed.",
    ),
    "file": Text("ファイル", "File"),
    "imported": Text("登録しました。追加と変更:", "Imported; added and changed:"),
    "key_name": Text("名前", "Name"),
    "add_key": Text("キーを作る", "Make a key"),
    "scopes": Text("権限", "Scopes"),
    "prefix": Text("先頭", "Start"),
    "ends_in_days": Text("有効日数（空欄は無期限）", "Days it lasts (empty: no end)"),
    "ends": Text("期限", "Ends"),
    "never": Text("なし", "never"),
    "replace": Text("新しいキーに替える", "Replace"),
    "replace_about": Text(
        "古いキーは24時間後に使えなくなります。", "The old key works for another 24 hours."
    ),
    "remove": Text("削除", "Remove"),
    "removed": Text("削除しました。", "Removed."),
    "add_wallboard": Text("ウォールボードを追加", "Add a wallboard"),
    "wallboard_name": Text("設置場所などの名前", "Name, such as its place"),
    "wallboard_about": Text(
        "表示されるリンクを、15分以内にウォールボードのブラウザーで開いてください。一度だけ使えます。選んだチームの"
        "通話のスコアを30日間表示します。会話の内容は表示しません。",
        "Open the link that is shown in the browser of the wallboard within 15 minutes; it works "
        "once. For 30 days the scores of the teams' calls are shown there, and no words.",
    ),
    "wallboard_unfit": Text(
        "名前と、一つ以上のチームが必要です。", "A name and at least one team are needed."
    ),
    "no_teams": Text(
        "チームはまだありません。利用者に設定してください。",
        "There are no teams yet; they are set at persons.",
    ),
    "nobody": Text("該当する人はいません。", "Nobody found."),
    "no_keys": Text("キーはまだありません。", "There are no keys yet."),
    "bad_days": Text("有効日数は 1 から 3650 です。", "Days are a number from 1 to 3650."),
    "no_file": Text("ファイルを選んでください。", "Choose a file."),
}

# What a key of each scope may do.
SCOPE_WORDS: dict[str, Text] = {
    "calls:read": Text("通話とスコアを読む", "Read calls and scores"),
    "calls:reveal": Text("電話番号を表示する", "Reveal telephone numbers"),
    "calls:feed": Text("通話と発話を送る", "Send calls and what is said in them"),
    "calls:work": Text("通話に記録や操作をする", "Work on calls: notes, feedback, escalations"),
    "calls:act_as": Text("オペレーターの代わりに操作する", "Act for an agent"),
    "jobs:run": Text("学習などのジョブを実行する", "Run jobs, such as a training"),
    "webhooks:manage": Text("Webhook を管理する", "Manage webhooks"),
}
