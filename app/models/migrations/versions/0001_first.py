"""The first schema."""

import sqlalchemy as sa
from alembic import op

from app.models.base import UtcDateTime

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("short_name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('regional', 'municipal', 'federal', 'other')", name=op.f("ck_agency_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("name", name=op.f("uq_agency_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_agency_uuid")),
    )
    op.create_table(
        "author",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("uuid", name=op.f("uq_author_uuid")),
    )
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "part", name=op.f("pk_blob")),
    )
    op.create_table(
        "case_counter",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_case_counter")),
    )
    op.create_table(
        "former_name",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name")),
    )
    op.create_index(op.f("ix_former_name_subject"), "former_name", ["subject"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=36), nullable=False),
        sa.Column("entry", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("subject", "seq", name=op.f("uq_journal_subject_seq")),
    )
    op.create_table(
        "location",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["location.id"], name=op.f("fk_location_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_location_parent_id_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_location_uuid")),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "official",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=300), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("acting", sa.Boolean(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('deputy', 'press', 'internal_policy', 'governor')", name=op.f("ck_official_role")),
        sa.CheckConstraint("to_day IS NULL OR to_day >= from_day", name=op.f("ck_official_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official")),
        sa.UniqueConstraint("uuid", name=op.f("uq_official_uuid")),
    )
    op.create_table(
        "person",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("uuid", name=op.f("uq_person_uuid")),
    )
    op.create_table(
        "regulation",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulation")),
        sa.UniqueConstraint("key", "version", "revision", name=op.f("uq_regulation_key_version_revision")),
    )
    op.create_table(
        "source",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("in_act", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("code", name=op.f("uq_source_code")),
    )
    op.create_table(
        "topic",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["topic.id"], name=op.f("fk_topic_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_topic_parent_id_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_topic_uuid")),
    )
    op.create_table(
        "work_hours",
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_work_hours")),
    )
    op.create_table(
        "account",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("login", sa.String(length=63), nullable=False),
        sa.Column("verifier", sa.String(length=300), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "case",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("regulation_id", KEY, nullable=False),
        sa.Column("importance", sa.String(length=10), nullable=False),
        sa.Column("topic_id", KEY, nullable=True),
        sa.Column("location_id", KEY, nullable=True),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("curator_id", KEY, nullable=True),
        sa.Column("agency_id", KEY, nullable=True),
        sa.Column("leg_uuid", sa.String(length=36), nullable=True),
        sa.Column("draft_uuid", sa.String(length=36), nullable=True),
        sa.Column("suggested_topic", sa.String(length=300), nullable=False),
        sa.Column("suggested_agency", sa.String(length=300), nullable=False),
        sa.Column("excerpt", sa.String(length=400), nullable=False),
        sa.Column("post_kind", sa.String(length=20), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("significant", sa.Boolean(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("reworks", sa.Integer(), nullable=False),
        sa.Column("collected_at", UtcDateTime(), nullable=False),
        sa.Column("detected_at", UtcDateTime(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("step_code", sa.String(length=20), nullable=False),
        sa.Column("step_kind", sa.String(length=15), nullable=False),
        sa.Column("step_by_agreement", sa.Boolean(), nullable=False),
        sa.Column("step_started_at", UtcDateTime(), nullable=True),
        sa.Column("step_due_at", UtcDateTime(), nullable=False),
        sa.Column("answer_due_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("importance IN ('normal', 'high')", name=op.f("ck_case_importance")),
        sa.CheckConstraint(
            "state IN ('new', 'collected', 'inbox', 'drafting', 'informing', 'passing_on', 'returned', 'approval', 'rework', 'to_publish', 'interim', 'awaiting_author', 'answered', 'not_processed', 'no_reaction', 'outside_competence', 'no_reply')",
            name=op.f("ck_case_state"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_case_agency_id")),
        sa.ForeignKeyConstraint(["curator_id"], ["person.id"], name=op.f("fk_case_curator_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_case_location_id")),
        sa.ForeignKeyConstraint(["regulation_id"], ["regulation.id"], name=op.f("fk_case_regulation_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_case_source_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_case_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("number", name=op.f("uq_case_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_case_uuid")),
    )
    op.create_index("ix_case_agency_id_state_step_due_at", "case", ["agency_id", "state", "step_due_at"], unique=False)
    op.create_index("ix_case_state_answer_due_at_id", "case", ["state", "answer_due_at", "id"], unique=False)
    op.create_index("ix_case_state_changed_at_id", "case", ["state", "changed_at", "id"], unique=False)
    op.create_index("ix_case_state_step_due_at_id", "case", ["state", "step_due_at", "id"], unique=False)
    op.create_table(
        "import_run",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_known", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_import_run_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("uuid", name=op.f("uq_import_run_uuid")),
    )
    op.create_table(
        "oversight",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("official_id", KEY, nullable=False),
        sa.Column("topic_id", KEY, nullable=True),
        sa.Column("agency_id", KEY, nullable=True),
        sa.CheckConstraint("(topic_id IS NULL) <> (agency_id IS NULL)", name=op.f("ck_oversight_one_thing")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_oversight_agency_id")),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_oversight_official_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_oversight_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oversight")),
    )
    op.create_index(op.f("ix_oversight_agency_id"), "oversight", ["agency_id"], unique=False)
    op.create_index(op.f("ix_oversight_official_id"), "oversight", ["official_id"], unique=False)
    op.create_index(op.f("ix_oversight_topic_id"), "oversight", ["topic_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("agency_id", KEY, nullable=True),
        sa.CheckConstraint(
            "role IN ('curator', 'executor', 'responsible', 'supervisor', 'organiser', 'administrator', 'wall', 'system')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_role_grant_agency_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("person_id", "role", "agency_id", name=op.f("uq_role_grant_person_id_role_agency_id")),
    )
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_table(
        "rule_change",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("hours_version", sa.String(length=80), nullable=True),
        sa.Column("regulation_id", KEY, nullable=True),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rule_change_person_id")),
        sa.ForeignKeyConstraint(["regulation_id"], ["regulation.id"], name=op.f("fk_rule_change_regulation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_change")),
        sa.UniqueConstraint("uuid", name=op.f("uq_rule_change_uuid")),
    )
    op.create_table(
        "approval",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("draft_uuid", sa.String(length=36), nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("approved_text", sa.Text(), nullable=False),
        sa.Column("agreed_date", sa.Date(), nullable=True),
        sa.Column("curator_id", KEY, nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("verdict IN ('approved', 'rework')", name=op.f("ck_approval_verdict")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_approval_case_id")),
        sa.ForeignKeyConstraint(["curator_id"], ["person.id"], name=op.f("fk_approval_curator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("draft_uuid", name=op.f("uq_approval_draft_uuid")),
    )
    op.create_index(op.f("ix_approval_case_id"), "approval", ["case_id"], unique=False)
    op.create_table(
        "clock",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("leg", sa.String(length=36), nullable=True),
        sa.Column("message", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("by_agreement", sa.Boolean(), nullable=False),
        sa.Column("regulation_id", KEY, nullable=False),
        sa.Column("hours_version", sa.String(length=80), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("target_at", UtcDateTime(), nullable=True),
        sa.Column("pauses", sa.Text(), nullable=False),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=15), nullable=True),
        sa.Column("late_seconds", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('limit', 'window', 'stopwatch', 'not_computable')", name=op.f("ck_clock_kind")),
        sa.CheckConstraint("outcome IN ('met', 'late', 'lapsed', 'not_applicable')", name=op.f("ck_clock_outcome")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_clock_case_id")),
        sa.ForeignKeyConstraint(["regulation_id"], ["regulation.id"], name=op.f("fk_clock_regulation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
    )
    op.create_index("ix_clock_case_id", "clock", ["case_id"], unique=False)
    op.create_index("ix_clock_code_stopped_at", "clock", ["code", "stopped_at"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("leg_uuid", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", KEY, nullable=True),
        sa.Column("recorded_by_id", KEY, nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('answer', 'interim', 'clarification', 'information')", name=op.f("ck_draft_kind")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_draft_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_draft_case_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_draft_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_draft_case_id_version")),
        sa.UniqueConstraint("uuid", name=op.f("uq_draft_uuid")),
    )
    op.create_table(
        "history",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=36), nullable=False),
        sa.Column("on_behalf", sa.String(length=36), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("variant", sa.String(length=20), nullable=False),
        sa.Column("state_from", sa.String(length=20), nullable=False),
        sa.Column("state_to", sa.String(length=20), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_history_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        sa.UniqueConstraint("act_id", name=op.f("uq_history_act_id")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_history_case_id_seq")),
    )
    op.create_table(
        "leg",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("executor_id", KEY, nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('single', 'link', 'last')", name=op.f("ck_leg_kind")),
        sa.CheckConstraint("state IN ('waiting', 'active', 'done', 'returned', 'dropped')", name=op.f("ck_leg_state")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_leg_agency_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_leg_case_id")),
        sa.ForeignKeyConstraint(["executor_id"], ["person.id"], name=op.f("fk_leg_executor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leg")),
        sa.UniqueConstraint("uuid", name=op.f("uq_leg_uuid")),
    )
    op.create_index("ix_leg_agency_id_state", "leg", ["agency_id", "state"], unique=False)
    op.create_index(op.f("ix_leg_case_id"), "leg", ["case_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=True),
        sa.Column("import_run_id", KEY, nullable=True),
        sa.Column("intake_key", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("post_kind", sa.String(length=20), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=True),
        sa.Column("collected_at", UtcDateTime(), nullable=False),
        sa.Column("detected_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_message_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_message_case_id")),
        sa.ForeignKeyConstraint(["import_run_id"], ["import_run.id"], name=op.f("fk_message_import_run_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_message_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("intake_key", name=op.f("uq_message_intake_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_message_uuid")),
    )
    op.create_index("ix_message_case_id", "message", ["case_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("act_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_note_case_id")),
        sa.PrimaryKeyConstraint("act_id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_case_id"), "note", ["case_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("message_id", KEY, nullable=True),
        sa.Column("draft_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_attachment_draft_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attachment_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("uuid", name=op.f("uq_attachment_uuid")),
    )
    op.create_index(op.f("ix_attachment_draft_id"), "attachment", ["draft_id"], unique=False)
    op.create_index(op.f("ix_attachment_message_id"), "attachment", ["message_id"], unique=False)
    op.create_table(
        "publication",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("draft_uuid", sa.String(length=36), nullable=False),
        sa.Column("same_page", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_publication_case_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_publication_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("draft_uuid", "message_id", name=op.f("uq_publication_draft_uuid_message_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_publication_uuid")),
    )
    op.create_index(op.f("ix_publication_case_id"), "publication", ["case_id"], unique=False)
