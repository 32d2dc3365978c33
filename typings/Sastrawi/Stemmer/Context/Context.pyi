from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Context.Removal import Removal

class Context:
    current_word: str
    dictionary: ArrayDictionary
    def add_removal(self, removal: Removal) -> None: ...
