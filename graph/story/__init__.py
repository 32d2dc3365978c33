"""Planning by rules that anyone can read: pure functions over what few questions of the store fetched."""
