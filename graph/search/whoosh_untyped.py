"""The names of Whoosh that are used, untyped in this one place."""

from typing import Any

from whoosh import fields, index, reading  # type: ignore[import-untyped]
from whoosh.codec import whoosh3  # type: ignore[import-untyped]
from whoosh.filedb import compound, filestore  # type: ignore[import-untyped]

FileIndex: Any = index.FileIndex
FileStorage: Any = filestore.FileStorage
Schema: Any = fields.Schema
Stored: Any = fields.STORED
Keyword: Any = fields.ID
LockError: type[Exception] = index.LockError
SubFile: type[Any] = compound.SubFile
TermInfo: Any = whoosh3.W3TermInfo
SegmentReader: Any = reading.SegmentReader
HEADER: bytes = whoosh3.WHOOSH3_HEADER_MAGIC
Codec: Any = whoosh3.W3Codec
StoredColumn: Any = whoosh3.STORED_COLUMN
