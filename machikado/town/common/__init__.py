"""What every app needs: the diary, actors, ids, time, Japanese text, places, stored files."""
