"""The captions of pictures: title and reading aid, in both languages."""

from dataclasses import dataclass

from callrisk.domain.wording import Text


@dataclass(frozen=True, slots=True)
class Caption:
    """The title and the reading aid of one picture."""

    title: Text
    reading: Text


CAPTIONS: dict[str, Caption] = {
    "bands": Caption(
        Text("区分ごとの未払いの割合", "Unpaid share of each category"),
        Text(
            "棒が長いほど未払いが多い区分です。細い線は 95 % の幅、破線は全体の割合です。"
            "すべて、そのお客様を学習に使っていないモデルで採点しました。",
            "The longer the bar, the more did not pay. Thin lines are 95 % intervals, the dashed "
            "line is everyone. Each customer was scored by models that never saw them.",
        ),
    ),
    "distribution": Caption(
        Text("スコアの分布", "Where the scores lie"),
        Text(
            "右に行くほどリスクが高いお客様です。濃い色が実際に未払いになった人で、"
            "右側に多く集まるほどよく見分けられています。",
            "Riskier customers lie to the right. The dark part did not pay; the more of it lies on "
            "the right, the better the model tells them apart.",
        ),
    ),
    "auc": Caption(
        Text("見分ける力（AUC）", "Telling apart (AUC)"),
        Text(
            "未払いの人と支払った人を 1 人ずつ選んだとき、未払いの人に高いスコアを付ける割合です。"
            "0.5 は当て推量。線は 95 % の幅で、灰色は簡単な予想です。"
            "灰色より右でなければ、モデルを使う意味がありません。",
            "Of one unpaid and one paid customer, how often the unpaid one scores higher. 0.5 is "
            "guessing; the line is the 95 % interval, grey are simple guesses. A model that is not "
            "right of them is not worth its keep.",
        ),
    ),
    "brier": Caption(
        Text("確率の良さ（Brier スキル）", "Quality of the probabilities (Brier skill)"),
        Text(
            "全員に同じ確率を答える場合に比べて、誤差をどれだけ減らせたかです。"
            "線全体が 0 より右にあれば、役に立つと言えます。下は情報の種類ごとの力です。",
            "How much error is saved over giving everyone the same chance. If the whole line lies "
            "right of 0 the model helps. Below: what each kind of fact reaches alone.",
        ),
    ),
    "calibration": Caption(
        Text("予測した確率と実際", "Predicted and actual"),
        Text(
            "点が斜めの破線に乗っていれば、「30 %」と予測した人のうち約 30 % が実際に未払いです。"
            "縦の線は 95 % の幅です。",
            "On the diagonal, of customers predicted at 30 % about 30 % did not pay. Vertical "
            "lines are 95 % intervals.",
        ),
    ),
    "forward": Caption(
        Text("次の月を当てられるか", "Does it hold for the next month"),
        Text(
            "各月のお客様を、それより前の月だけから学んだモデルで採点しました。"
            "丸が大きいほど人数の多い月、帯は全体の 95 % の幅です。"
            "1 か月の人数は少ないため、月ごとの上下は偶然でも起こります。",
            "Customers of each month were scored by a model that learnt from earlier months only. "
            "Larger dots are months with more customers, the band is the 95 % interval over all. "
            "Single months are small and go up and down by chance.",
        ),
    ),
    "share": Caption(
        Text("通話のどこまで聞けば分かるか", "How much of a call it takes"),
        Text(
            "すべてのお客様の最新の通話を、同じ割合で区切って採点しました。"
            "左端はひと言も聞く前（顧客情報と履歴だけ）、右端は通話の終わり。"
            "縦の線は 95 % の幅です。"
            "同じお客様どうしの差なので、幅が重なっていても差がはっきりすることがあります。"
            "差は「数値で見る」にあります。",
            "The latest call of every customer, cut at the same share: on the left nothing was "
            "heard yet (record and history only), on the right the call is over. Vertical lines "
            "are 95 % intervals. Differences are between the same customers, so they may be clear "
            "although the intervals overlap; the numbers below have them.",
        ),
    ),
    "importance": Caption(
        Text("スコアを動かす項目", "What moves the scores"),
        Text(
            "その項目が平均して何点スコアを上下させるかです。色は情報の種類を表します。",
            "By how many points a fact moves a score up or down on average; the colour says where "
            "the fact comes from.",
        ),
    ),
    "swarm": Caption(
        Text("項目の値とスコアへの影響", "Values and their effect"),
        Text(
            "点は 1 人のお客様で、色はその項目の値です。0 より右はリスクを上げ、左は下げます。"
            "赤い点が右に集まる項目は、値が高いほどリスクが高くなります。",
            "Each dot is a customer, coloured by the value of the fact. Right of 0 raises the "
            "risk, left lowers it. Where red dots gather on the right, higher values mean higher "
            "risk.",
        ),
    ),
    "dependence": Caption(
        Text("強い項目の値と点数", "The strongest facts, value by value"),
        Text(
            "点は 1 人のお客様で、横がその項目の値、縦がスコアを動かした点数です。"
            "赤は上げ、青は下げ、灰色は値が不明な人です。黒い線は平均で、右上がりなら"
            "値が高いほどリスクが高くなります。",
            "Each dot is a customer: the value across, the points up. Red raises, blue lowers, "
            "grey is unknown. The dark line is the mean; where it rises, higher values mean higher "
            "risk.",
        ),
    ),
    "blocks": Caption(
        Text("情報の種類ごとに、何が増えるか", "What each kind of fact adds"),
        Text(
            "その情報をほかのすべてに加えたとき、確率の良さ（Brier スキル）がどれだけ増えるかです。"
            "線が 0 をまたぐ情報は、まだ役に立つと言えません。"
            "「採用」は、検証の中でその情報を使うと決めた割合です。"
            "「話し方」は点数には使わず、使ったら増えるかどうかだけを測りました。"
            "発言の 2 種類は中身が重なるため、1 つずつの増え方は小さく見えます。",
            "How much the Brier skill grows when these facts join all the others. Where the line "
            'crosses 0 they have not been shown to help. "Let in" is the share of folds in which '
            "the inner folds chose to use them. Manner is never scored; only what it would add "
            "was measured. The two kinds of what is said overlap, so each adds little to the "
            "other.",
        ),
    ),
    "presets": Caption(
        Text("どの設定を選んだか", "Which configuration was chosen"),
        Text(
            "上から、安定しやすいと見なす順です。わずかな差は偶然なので、いちばん良いものではなく"
            "「最良との差が 1 標準誤差に収まるもののうち、最も上のもの」を選びます"
            "（線が 0 に届けば収まっています）。"
            "「選択」は検証の中で選ばれた割合、ms は 1 件を理由つきで採点する時間です。",
            "What we take to be steadiest stands on top. Small differences are luck, so not the "
            "best is taken but "
            'the topmost within one standard error of the best (its line reaches 0). "Chosen" is '
            "the share of folds that took it, ms the time to score one call with reasons.",
        ),
    ),
    "learning": Caption(
        Text("お客様が増えると、どうなるか", "What more customers would bring"),
        Text(
            "一部のお客様だけから学び直したときの成績です。帯はくり返したときのばらつき。"
            "右端でまだ上がっていれば、データを増やすほど良くなります。",
            "How well it does after learning from some of the customers only; the band is the "
            "spread over repeats. If it still rises on the right, more data will help.",
        ),
    ),
    "course": Caption(
        Text("スコアの動き", "Course of the score"),
        Text(
            "通話の始まりからの時間と、そのときのスコアです。破線は区分の境目です。",
            "Time since the call began, and the score then. Dashed lines part the categories.",
        ),
    ),
    "customer_course": Caption(
        Text("スコアの移り変わり", "Scores over time"),
        Text(
            "点は 1 通話の終わりのスコア、縦の線はその通話の中での幅です。破線は区分の境目、"
            "形は通話でのできごとです。",
            "A dot is the score at the end of a call, the line through it the span within that "
            "call. Dashed lines part the categories; shapes tell what happened in the call.",
        ),
    ),
    "adjusted_shares": Caption(
        Text("そろえて比べた割合", "Shares, adjusted"),
        Text(
            "点は、みなが同じ難しさの通話を受けたとした場合の割合、線は 95 % の幅、右は件数です。"
            "縦の線は全体の割合。色のついた点だけが、偶然では説明できない違いです。",
            "Dots are the shares as they would be had all had the same calls, lines the 95% "
            "intervals, and the numbers at the right calls. The vertical line is the share of all; "
            "only coloured dots differ by more than chance.",
        ),
    ),
    "gains": Caption(
        Text("連絡した割合と捕まえた未払い", "How many of the unpaid the riskiest hold"),
        Text(
            "リスクの高い順に連絡すると、全員の何割で、未払いの人の何割に届くかです。"
            "破線は順番を決めずに連絡した場合です。",
            "Calling the riskiest first: what part of all customers reaches what part of the "
            "unpaid. The dashed line is calling in no order.",
        ),
    ),
    "separation": Caption(
        Text("未払いの人と支払った人の分かれ方（KS）", "How unpaid and paid differ (KS)"),
        Text(
            "2 本の線がいちばん離れたところの幅が KS です。0 は見分けられず、1 は完全です。",
            "KS is the distance of both lines where it is largest. 0 tells nobody apart, 1 all.",
        ),
    ),
    "saving": Caption(
        Text("連絡する人数と効果", "Number of calls and what they save"),
        Text(
            "リスクの高い順に連絡した場合の、減らせた損失から通話の費用を引いた額です。"
            "丸が今の境目です。",
            "Losses avoided less the cost of the calls, calling the riskiest first. The dot is the "
            "present cut-off.",
        ),
    ),
    "post_call": Caption(
        Text(
            "通話後にしか分からない列（モデルは使いません）",
            "Known only after a call (never used by the model)",
        ),
        Text(
            "声の大きさなど、通話が終わって初めて記録される列だけで見分けた場合の AUC です。"
            "通話中には存在しないため、どれほど高くてもモデルには入れません。",
            "AUC of columns alone that are recorded only once a call is over, such as loudness. "
            "They do not exist during a call, so no model ever sees them, however good they look.",
        ),
    ),
    "months": Caption(
        Text("契約月ごとの未払い", "Unpaid by contract month"),
        Text(
            "新しい契約は未払いになる時間がまだ短いため、右端は低く見えがちです。"
            "このため契約月は学習に使いません。",
            "Young contracts have had less time to go unpaid, so the right end tends to look low. "
            "The contract month is therefore never learnt from.",
        ),
    ),
    "example": Caption(
        Text("スコアの足し算（最もリスクの高いお客様）", "How a score adds up (riskiest customer)"),
        Text(
            "話す前の水準から始まり、赤はリスクを上げ、青は下げます。すべて足すとスコアになります。",
            "Starting at the level before a word, red raises and blue lowers the risk. All lines "
            "add up to the score.",
        ),
    ),
}


def caption_of(name: str) -> Caption:
    """Return the caption of a picture; those of a series (dependence_1, …) share one."""
    return CAPTIONS[name.rstrip("_0123456789")]
