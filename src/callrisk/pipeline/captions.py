"""What stands under each picture: its title, and how to read it, in both languages."""

from dataclasses import dataclass

from callrisk.domain.wording import Text


@dataclass(frozen=True, slots=True)
class Caption:
    """The words beside one picture."""

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
            "0.5 は当て推量。線は 95 % の幅で、灰色はモデルなしでもできる予想です。",
            "Of one unpaid and one paid customer, how often the unpaid one scores higher. 0.5 is "
            "guessing; the line is the 95 % interval, grey are guesses that need no model.",
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
    "progress": Caption(
        Text("通話のどこで分かるか", "How early the model knows"),
        Text(
            "通話前は顧客情報と履歴だけ、右へ行くほど会話を聞いた後です。"
            "線が上がっていれば、会話が判断を助けています。",
            "Before the call only record and history are known; to the right more was heard. A "
            "rising line means that the conversation helps.",
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
            "点は 1 人のお客様です。0 より右はリスクを上げ、左は下げます。"
            "赤い点が右に集まる項目は、値が高いほどリスクが高くなります。",
            "Each dot is a customer. Right of 0 raises the risk, left lowers it. Where red dots "
            "gather on the right, higher values mean higher risk.",
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
            "ふだんの水準から始まり、赤はリスクを上げ、青は下げます。すべて足すとスコアになります。",
            "Starting at the usual level, red raises and blue lowers the risk. All lines add up to "
            "the score.",
        ),
    ),
}
