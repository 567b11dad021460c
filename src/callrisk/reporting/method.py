"""The method of a run, term by term, in sentences for readers without ML knowledge."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from callrisk.domain.evaluation import Evaluation, Skill
from callrisk.domain.wording import Text, high_means
from callrisk.model import RiskModel
from callrisk.model.members import BlendMember, Member, TreeMember
from callrisk.model.points_scale import CENTRE

_TREES = Text("XGBoost（決定木）", "boosted trees (XGBoost)")
_LINEAR = Text("ロジスティック回帰", "logistic regression")
_BLEND = Text("ロジスティック回帰と決定木の平均", "mean of logistic regression and boosted trees")
_CONSTANT = Text("全員に同じ確率", "the same chance for all")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the method: its name and its explanation."""

    name: Text
    words: Text


def method_of(evaluation: Evaluation, model: RiskModel) -> tuple[Step, ...]:
    """Return all steps in order."""
    return (
        _FACTS,
        _GROUPS,
        _FOLDS,
        _CHOICE,
        Step(Text("控えめな選び方", "The simpler one when in doubt"), _rule(evaluation)),
        Step(Text("測ったものを使う", "What serves is what was measured"), _members(model)),
        _LABEL_AGE,
        _SHUFFLING,
        Step(Text("校正", "Calibration"), _calibration(model)),
        Step(Text("点数と端数", "Points and rounding"), _points(model)),
    )


def kinds_of(members: Sequence[Member]) -> tuple[tuple[Text, int], ...]:
    """Return the number of members of each kind, the commonest kind first."""
    return tuple(Counter(_kind(member) for member in members).most_common())


def _kind(member: Member) -> Text:
    if isinstance(member, TreeMember):
        return _TREES
    if isinstance(member, BlendMember):
        return _TREES if member.share == 1 else _BLEND
    return _LINEAR if member.columns else _CONSTANT


_FACTS = Step(
    Text("項目", "Facts"),
    Text(
        "通話の文字起こし・過去の通話・顧客情報から、採点する時点で分かっていることだけを項目にします。",
        "Transcript, earlier calls and customer record become facts; only what is known at the "
        "moment of scoring counts.",
    ),
)
_GROUPS = Step(
    Text("独立した組", "Independent groups"),
    Text(
        "同じ通話でつながるお客様は 1 組とし、学習と採点の両方に入れません。"
        "人を覚えているだけの成績にならないためです。",
        "Customers who share a call are one group and never stand on both sides of a split, so "
        "that remembering a person cannot pass for skill.",
    ),
)
_FOLDS = Step(
    Text("くり返し分けて測る", "Repeated folds"),
    Text(
        "お客様をいくつかに分け、1 つを除いて学び、除いた 1 つを採点します。"
        "これを、分け方を変えてくり返します。このレポートの成績はすべてこの採点によるもので、幅（区間）は組を選び直して求めました。",
        "Customers are split; all parts but one are learnt from and that one is scored, again and "
        "again with other splits. Every figure comes from such scores; intervals resample groups.",
    ),
)
_CHOICE = Step(
    Text("入れ子の選択", "Nested choice"),
    Text(
        "どの種類の情報を入れ、どの設定で学ぶかは、採点するお客様を見ずに、学ぶ側の中だけで決めます。"
        "選んだことによる見かけの良さが成績に混ざりません。",
        "Which kinds of facts are let in, and which configuration learns, is decided inside the "
        "customers that are learnt from. Choosing therefore flatters nothing.",
    ),
)
_LABEL_AGE = Step(
    Text("契約の新しさ", "Age of labels"),
    Text(
        "新しい契約には、まだ未払いになる時間がありません。契約月ごとの割合を差し引いてから学ぶので、"
        "「新しい契約だから安全」とは覚えません。採点のときは契約月を使いません。",
        "Young contracts have had less time to go unpaid. The rate of each contract month is set "
        "aside while learning, so that young does not pass for safe; scores never use it.",
    ),
)
_SHUFFLING = Step(
    Text("ラベルの入れ替え", "Label shuffling"),
    Text(
        "同じ契約月の中で結果をでたらめに入れ替え、学び直すことを何度もくり返します。"
        "それでも同じくらいの成績になるなら、元の成績も偶然かもしれません（その割合が p）。",
        "Outcomes are shuffled within their contract month and learnt again, many times. If that "
        "does as well, the real result may be luck too (how often it does is p).",
    ),
)


def _rule(evaluation: Evaluation) -> Text:
    rule = Text(
        "いちばん良く見える設定ではなく、それとの差が偶然の範囲（1 標準誤差）に収まるもののうち、"
        "最も安定しやすいと見なす設定を選びます。",
        "Not the configuration that looks best is taken but the one we take to be steadiest among "
        "those that differ from it by "
        "no more than luck (one standard error).",
    )
    chosen = [preset for preset in evaluation.presets if preset.chosen > 0]
    if not chosen:
        return rule
    listed_ja = "、".join(f"{preset.label} {preset.chosen:.0%}" for preset in chosen)
    listed_en = ", ".join(f"{preset.label_en} {preset.chosen:.0%}" for preset in chosen)
    return Text(
        f"{rule.ja}{len(evaluation.presets)} 通りから、分け方ごとに選ばれた割合：{listed_ja}。",
        f"{rule.en} Of {len(evaluation.presets)} tried, chosen over all splits: {listed_en}.",
    )


def _members(model: RiskModel) -> Text:
    kinds, count = kinds_of(model.members), len(model.members)
    listed_ja = "、".join(f"{kind.ja} {number} 個" for kind, number in kinds)
    listed_en = ", ".join(f"{number} × {kind.en}" for kind, number in kinds)
    return Text(
        f"全員で学び直すことはせず、測定で学んだモデルをそのまま使います。"
        f"いまのモデルは {count} 個の平均です（{listed_ja}）。",
        f"Nothing is fitted again on everyone: the models that were measured are those that serve. "
        f"This one is the mean of {count} ({listed_en}).",
    )


def _calibration(model: RiskModel) -> Text:
    words = Text(
        "「30 %」と言われた人のうち約 30 % が未払いになるよう、学習に使っていないお客様で"
        "確率を直線的に整えます。傾き 1・切片 0 が理想です。",
        "Chances are straightened on customers that were not learnt from, so that of those told "
        "30 % about 30 % do not pay; slope 1 and intercept 0 are ideal.",
    )
    if model.skill == Skill.DEMONSTRATED:
        return words
    return Text(
        f"{words.ja}未検証のため、傾きの 95 % 区間の下限まで縮め、"
        f"スコアは {model.ceiling:.0f} 点を上限としました。",
        f"{words.en} Being unproven, the model is shrunk to the lower bound of its slope and its "
        f"scores end at {model.ceiling:.0f}.",
    )


def _points(model: RiskModel) -> Text:
    double, centre = f"{model.points_to_double:.0f}", f"{CENTRE:.0f}"
    high = high_means(model.high_times)
    return Text(
        f"スコアは {centre} + {double} × log₂（オッズ ÷ ふだんのオッズ）を"
        f"0〜100 に収めた整数です。"
        f"{centre} が「ふだん」、{double} 点上がるごとにオッズが 2 倍になります。"
        f"{high.ja}です。"
        "理由の点数も整数に丸めますが、端数の大きいものから配るので、足すとスコアにちょうど一致します。",
        f"The score is {centre} + {double} × log₂(odds ÷ usual odds), a whole number within 0–100: "
        f"{centre} is usual, every {double} points double the odds. {high.en}. Lines are rounded "
        "by largest remainder, so that they add up to the score exactly.",
    )
