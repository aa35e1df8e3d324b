"""The commands about stories, each a module that is loaded when it is used."""
