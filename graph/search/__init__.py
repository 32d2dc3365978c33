"""Finding: the analysis chain, documents, the index port with its engine, and the follower of the log."""
