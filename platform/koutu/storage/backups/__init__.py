"""Backups: a folder of packs, written once each, and for every backup the database and an index of that moment.

packs/3f/3f….pack                     as in the store
2026-11-23T081500Z/database           of SQLite, or of pg_dump
2026-11-23T081500Z/index.sqlite3      which packs belong to it, their SHA-256, and every blob's place
2026-11-23T081500Z/backup.json        written last: a folder without it was not finished
"""
