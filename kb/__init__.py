"""The knowledge and its keeping: model, packs, reading, validation, versions, labels and numbers."""
