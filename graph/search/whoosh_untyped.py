"""The names of Whoosh that are used, untyped in this one place."""

from typing import Any

from whoosh import analysis, fields, index, reading  # type: ignore[import-untyped]
from whoosh.codec import whoosh3  # type: ignore[import-untyped]
from whoosh.filedb import compound, filestore  # type: ignore[import-untyped]

FileIndex: Any = index.FileIndex
FileStorage: Any = filestore.FileStorage
Schema: Any = fields.Schema
Stored: Any = fields.STORED
Keyword: Any = fields.ID
split_at_spaces: Any = analysis.SpaceSeparatedTokenizer
LockError: type[Exception] = index.LockError
SubFile: type[Any] = compound.SubFile
TermInfo: Any = whoosh3.W3TermInfo
SegmentReader: Any = reading.SegmentReader
Codec: Any = whoosh3.W3Codec
StoredColumn: Any = whoosh3.STORED_COLUMN
