"""/admin/notes"""

from marshmallow import Schema

from adapters.http.admin.reference import Line, resource_of
from adapters.http.body_fields import Body, Metadata, Str
from adapters.http.query_fields import Compare, Exactly, Moment
from adapters.http.shown import Shown
from core.domain.reference import NOTE as KIND

NOTE = Shown(shape="note", one="note", many="notes", default="*,*author")


class NewNoteBody(Body):
    resource_id = Str(required=True, max=255)
    resource_type = Str(required=True, max=255)
    value = Str(required=True)
    metadata = Metadata()


class NoteBody(Body):
    value = Str(required=True)


class NoteFilters(Schema):
    resource_id = Exactly()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())


notes = resource_of(
    Line(
        path="notes",
        kind=KIND,
        shown=NOTE,
        object="note",
        filters=NoteFilters,
        new=NewNoteBody,
        changes=NoteBody,
        limit=50,
    ),
    __name__,
)
