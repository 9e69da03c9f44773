"""Contract of raw_gemini: the Reports API's activities, one row per event of an activity."""

from extract.landing.contracts import Column, Kind, Mode, Table

ACTIVITY_EVENTS = Table(
    "activity_events",
    Mode.DAY,
    (
        Column("usage_date", Kind.DATE, "usage_date", required=True),
        Column("activity_time", Kind.TIMESTAMP, "id.time", required=True),
        # Signed 64 bits: text, because JSON tools lose its digits.
        Column("unique_qualifier", Kind.STRING, "id.uniqueQualifier", required=True),
        Column("customer_id", Kind.STRING, "id.customerId"),
        Column("application_name", Kind.STRING, "id.applicationName"),
        Column("event_number", Kind.INT, "event_number", required=True),
        Column("caller_type", Kind.STRING, "actor.callerType"),
        Column("actor_email", Kind.STRING, "actor.email", personal=True),
        Column("actor_profile_id", Kind.STRING, "actor.profileId"),
        Column("event_type", Kind.STRING, "type"),
        Column("event_name", Kind.STRING, "name"),
        Column("app_name", Kind.STRING, "parameters.app_name"),
        Column("action", Kind.STRING, "parameters.action"),
        Column("feature_source", Kind.STRING, "parameters.feature_source"),
        Column("event_category", Kind.STRING, "parameters.event_category"),
    ),
    # The network that somebody worked in, and the document that was open, are nobody's business here.
    dropped=frozenset(
        {"ipAddress", "kind", "etag", "networkInfo", "resourceDetails", "actor.key", "resourceIds"}
    ),
    log_key=("activity_time", "unique_qualifier", "event_number"),
)

TABLES = (ACTIVITY_EVENTS,)
