"""What `db check` finds on a server, one sentence for each code, with what mends it."""

from app.texts import mark

INSPECTIONS = {
    "check_not_owned": mark("These tables do not belong to cur_owner: {tables}. Run: cur-desk db upgrade"),
    "check_not_secured": mark("Row-level security is off on: {tables}. Run: cur-desk db upgrade"),
    "check_workflow_differs": mark(
        "The database has another table of work than this program. Run: cur-desk db upgrade"
    ),
    "check_direct_writes": mark("People may write to cases past the guard. Run: cur-desk db upgrade"),
    "check_not_append_only": mark("The guard of “{table}” against changes is off. Run: cur-desk db upgrade"),
    "check_regulation_unknown": mark("The guard does not know {count} of the regulations. Run: cur-desk db upgrade"),
    "check_server_old": mark("The server is PostgreSQL {version}; at least {least} is needed."),
    "check_not_durable": mark("{what} is off: an act that was saved can be lost with the power. Switch it on."),
    "check_passwords_weak": mark("password_encryption is not scram-sha-256: set it in postgresql.conf."),
    "check_log_names_nobody": mark("The log does not name who was refused: put %u into log_line_prefix."),
    "check_not_protected": mark("The connection to the server is not checked (TLS “{mode}”): use verify-full."),
    "check_no_tls": mark("The server speaks without TLS: set ssl = on with a certificate in postgresql.conf."),
    "check_sign_in_unguarded": mark(
        "pg_hba.conf lets people sign in from elsewhere by {methods}: write scram-sha-256 there instead."
    ),
    "check_left_to_all": mark(
        "Everybody may still use {what} and fill the server with it. Run as its administrator: cur-desk db upgrade"
    ),
    "check_sorts_without_end": mark(
        "temp_file_limit is -1: one query can fill the server's disk. Run as its administrator: cur-desk db upgrade"
    ),
    "check_prepared_transactions": mark(
        "max_prepared_transactions is not 0: cards can stay locked with nobody signed in. Set it to 0 and restart."
    ),
    "check_activities_unseen": mark(
        "track_activities is off: who holds everybody up cannot be found. Switch it on in postgresql.conf."
    ),
    "check_idle_cut": mark(
        "idle_session_timeout is under a minute: desks lose their connections again and again. Set it to 0."
    ),
    "check_few_connections": mark("max_connections is {most}; for everyone at once {needed} are needed."),
    "check_person_too_strong": mark("These people's sign-ins administer the server: {logins}. Take that from them."),
    "check_without_sign_in": mark("Cannot sign in yet: {people}. Give them passwords under “Sign-ins”."),
    "check_no_region": mark("There is no region here yet. Run: cur-desk db init"),
}
