"""How a draft becomes public: its states, who may move it between them, and what is demanded on the way."""
