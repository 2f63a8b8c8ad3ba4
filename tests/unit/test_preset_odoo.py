"""Messages and tracked values of Odoo: what the preset makes of their traps."""

import pytest

from casemine.errors import InputError
from preset_files import accounted, note, read_texts, told

MESSAGES = "id,model,res_id,date,author_id,message_type,subtype_id,body\n"
VALUES = "id,mail_message_id,field_id,field_desc,old_value_integer,old_value_char,new_value_integer,new_value_char\n"  # noqa: E501
OPENED = "1,helpdesk.ticket,9,2026-01-05 10:00:00,Ada,notification,Ticket Created,\n"
NOTICE = "2,helpdesk.ticket,9,2026-01-05 10:05:00,Ben,notification,Discussions,\n"


def read(tmp_path, messages, values, **more):
    files = {"mail_message": MESSAGES + messages, "mail_tracking_value": VALUES + values}
    return read_texts(tmp_path, "odoo", {**files, **more})


def test_values_get_case_time_and_author_of_their_message(tmp_path):
    log = read(
        tmp_path,
        OPENED + NOTICE,
        "1,2,stage_id,Stage,1,New,2,Working\n2,2,user_id,Assigned to,0,,5,Ben\n",
    )

    assert told(log, "case", "activity", "old", "new", "resource", "actor_type") == [
        ("9", "Created", None, "New", "Ada", "customer"),
        ("9", "Status: Working", "New", "Working", "Ben", "agent"),
        ("9", "Assigned", None, "Ben", "Ben", "agent"),
    ]
    assert accounted(log)


def test_values_without_their_messages_are_refused_with_the_name_of_what_is_missing(tmp_path):
    with pytest.raises(InputError) as caught:
        read_texts(
            tmp_path, "odoo", {"mail_tracking_value": VALUES + "1,2,stage_id,Stage,1,New,2,W\n"}
        )

    assert "does not tell the case and the time" in str(caught.value)
    assert str(caught.value).count("messages (mail_message)") == 1
    assert "ir_model_fields" not in str(caught.value)


def test_values_of_messages_that_are_not_there_are_counted(tmp_path):
    log = read(
        tmp_path,
        OPENED + NOTICE,
        "1,2,stage_id,Stage,1,New,2,Working\n2,77,stage_id,Stage,1,New,2,Working\n",
    )

    assert told(log, "activity") == ["Created", "Status: Working"]
    assert note(log, "rows-not-joined") == 1
    assert accounted(log)


def test_what_belongs_to_other_models_is_passed_over(tmp_path):
    log = read(
        tmp_path,
        OPENED + "2,crm.lead,9,2026-01-05 10:05:00,Ben,comment,Discussions,Hi\n",
        "1,2,stage_id,Stage,1,New,2,Won\n",
    )

    assert told(log, "activity") == ["Created"]
    assert note(log, "rows-noise") == 2


def test_comments_are_public_or_notes_and_their_text_is_plain(tmp_path):
    log = read_texts(
        tmp_path,
        "odoo",
        {
            "mail_message": MESSAGES
            + OPENED
            + "2,helpdesk.ticket,9,2026-01-05 10:05:00,Ben,comment,Discussions,<p>Hello<br/>&lt;b&gt;</p>\n"  # noqa: E501
            + "3,helpdesk.ticket,9,2026-01-05 10:06:00,Ben,comment,Note,<p>odd</p>\n"
            + "4,helpdesk.ticket,9,2026-01-05 10:07:00,Ada,email,Discussions,<p>Thanks</p>\n"
        },
    )

    assert told(log, "activity", "new", "public")[1:] == [
        ("Public reply", "Hello\n<b>", True),
        ("Internal note", "odd", False),
        ("Customer reply", "Thanks", True),
    ]


def test_ids_become_names_by_the_tables_that_have_them(tmp_path):
    log = read(
        tmp_path,
        "1,helpdesk.ticket,9,2026-01-05 10:00:00,3,notification,14,\n"
        "2,helpdesk.ticket,9,2026-01-05 10:05:00,4,notification,1,\n",
        "1,2,801,,1,New,2,Working\n2,2,802,Customer Rating,4,,5,\n",
        mail_message_subtype="id,name,res_model,relation_field\n14,Ticket Created,x,\n",
        ir_model_fields="id,name,model,ttype\n801,stage_id,helpdesk.ticket,many2one\n",
        res_partner="id,name,commercial_partner_id\n3,Ada,3\n4,Ben,4\n",
    )

    assert told(log, "activity", "old", "new", "resource") == [
        ("Created", None, "New", "Ada"),
        ("Status: Working", "New", "Working", "Ben"),
        ("Customer Rating changed", "4", "5", "Ben"),
    ]
