"""The same decision in other engines, each given the knowledge as its documentation recommends."""
