"""The names of tantivy that are used, untyped in this one place."""

from typing import Any

import tantivy

DocAddress: Any = tantivy.DocAddress
Document: Any = tantivy.Document
Index: Any = tantivy.Index
Query: Any = tantivy.Query
SchemaBuilder: Any = tantivy.SchemaBuilder
