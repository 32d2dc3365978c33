"""What each language makes of a word: pure functions over casefolded words."""
