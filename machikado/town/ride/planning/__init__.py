"""Plans of days as the engine dispatch knows them, and back: loaded by the process that asks for one, by no other."""
