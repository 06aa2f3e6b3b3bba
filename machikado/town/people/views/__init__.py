"""The pages about people: coming in (`coming_in`), and one's own messages and choices (`own`)."""
