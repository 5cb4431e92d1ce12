"""The language server. It stands on ``cuttledoc`` and imports nothing that touches sound."""
