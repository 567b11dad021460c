"""A look at the contact flow of our calls: whether it turns the live analysis on."""

import json
from collections.abc import Iterator
from typing import Any

from callrisk.domain.wording import Text
from callrisk.integrations.amazon.aws_clients import AwsSettings, client
from callrisk.integrations.amazon.checking.aws_refusals import WrongError

_REAL_TIME = "RealTime"


def flow(aws: AwsSettings) -> Text:
    """Return the name of the flow; WrongError unless it is in use and has its calls analysed."""
    answer = client("connect", aws).describe_contact_flow(
        InstanceId=aws.instance_id, ContactFlowId=aws.contact_flow_id.rpartition("/")[2]
    )["ContactFlow"]
    name = str(answer["Name"])
    if answer.get("State") == "ARCHIVED":
        raise WrongError(
            f"フロー「{name}」はアーカイブされています。CONNECT_CONTACT_FLOW_ID を確かめてください",
            f"the flow {name} is archived: check CONNECT_CONTACT_FLOW_ID",
        )
    modes = list(_voice_modes(json.loads(answer["Content"])))
    if _REAL_TIME not in modes:
        raise WrongError(
            f"フロー「{name}」にはリアルタイムの音声分析を始めるブロックがありません"
            f"（今の設定: {'、'.join(modes) or 'なし'}）。「記録と分析の動作を設定」で音声の分析を"
            "「リアルタイム」にするか、そのブロックがあるフローの ID を CONNECT_CONTACT_FLOW_ID に"
            "設定してください",
            f"the flow {name} starts no live analysis of voice (it has: "
            f"{', '.join(modes) or 'none'}); choose real-time in its block Set recording and "
            "analytics behavior, or name the flow that has this block in CONNECT_CONTACT_FLOW_ID",
        )
    return Text(
        f"フロー「{name}」は通話をリアルタイムで分析します", f"the flow {name} has calls analysed"
    )


def _voice_modes(content: dict[str, Any]) -> Iterator[str]:
    """Yield the modes of analysis that the blocks of a flow turn on for voice."""
    for action in content["Actions"]:
        parameters = action.get("Parameters", {})
        if action["Type"] == "UpdateContactRecordingAndAnalyticsBehavior":
            behavior = parameters.get("VoiceBehavior", {}).get("VoiceAnalyticsBehavior", {})
            modes = behavior.get("AnalyticsModes", ())
        elif action["Type"] == "UpdateContactRecordingBehavior":
            # The block of before, which flows may keep.
            behavior = parameters.get("AnalyticsBehavior", {})
            voice = behavior.get("ChannelConfiguration", {}).get("Voice", {})
            modes = voice.get("AnalyticsModes", ())
        else:
            continue
        if str(behavior.get("Enabled")).lower() == "true":
            yield from modes
