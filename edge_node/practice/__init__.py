"""Practice: the whole counter beside the real one, with people who do not exist.

It has a store, keys and a pretended Disdukcapil of its own, made when somebody first comes, and
thrown away when the server starts or somebody begins anew. Nothing of it is ever sent.
"""
