"""Puts together what the commands need of AWS: its settings, the Connect API, the seal."""

from callrisk.integrations.amazon.aws_clients import AwsSettings, client
from callrisk.integrations.amazon.connect_api import ConnectApi
from callrisk.settings import Settings, SettingsError
from callrisk.store.connect.quarantine import Seal
from callrisk.store.database import WordsEngine


def aws_settings(settings: Settings) -> AwsSettings:
    """Return the address and the keys of AWS."""
    env = settings.env
    return AwsSettings(
        region=env.aws_region,
        instance_id=env.connect_instance_id,
        contact_flow_id=env.connect_contact_flow_id,
        stream_name=env.kinesis_stream_name,
        stream_arn=env.connect_stream_arn,
        events_queue_url=env.connect_events_queue_url,
        access_key_id=env.aws_access_key_id,
        secret_access_key=env.aws_secret_access_key.get_secret_value(),
        session_token=env.aws_session_token.get_secret_value(),
    )


def connect_api(settings: Settings, aws: AwsSettings) -> ConnectApi:
    """Return the API of the instance; SettingsError when none is named."""
    if not aws.instance_id:
        raise SettingsError(
            "CONNECT_INSTANCE_ID が空です。インスタンスの ID を書いてください / "
            "CONNECT_INSTANCE_ID is empty: set it to the id of the instance"
        )
    clients = (client("connect", aws), client("connect-contact-lens", aws))
    return ConnectApi(*clients, aws.instance_id, settings.connect.customer_id_attribute)


def seal_of(settings: Settings, engine: WordsEngine) -> Seal:
    """Return the seal of the quarantine, which opens records of older versions, too."""
    return Seal(engine, settings.env.flask_secret_key.get_secret_value())
