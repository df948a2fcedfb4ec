import { closeSync, constants, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreSetupError } from "../store-errors.ts";
import { FORMAT, migrate } from "./schema.ts";

const FILE_NAME = "registry.sqlite";
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * Opens the database file of a folder for this process alone; makes both if need be, readable by their owner only.
 *
 * @throws {StoreSetupError} if the folder cannot be written, or the file is in use, damaged or of a newer format.
 */
export function openDatabase(directory: string): DatabaseSync {
  const file = join(directory, FILE_NAME);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // Made before SQLite does, whose own files take over the mode of this one.
    closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600));
  } catch (cause) {
    throw new StoreSetupError(
      `The folder ${directory} cannot be written: give the registry the right to, or set SCOPE_REGISTRY_DATA_DIR to another`,
      { cause },
    );
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    prepare(database, directory);
    return database;
  } catch (error) {
    database?.close();
    throw error instanceof StoreSetupError ? error : toSetupError(error, directory);
  }
}

function prepare(database: DatabaseSync, directory: string): void {
  // Exclusive from the first access on, so that the lock is held before anything is read.
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec("BEGIN IMMEDIATE");
  const { quick_check: verdict } = database.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
  if (verdict !== "ok") {
    throw damaged(directory);
  }
  const { user_version: format } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (format > FORMAT) {
    throw new StoreSetupError(
      `${join(directory, FILE_NAME)} was written by a newer scope registry (format ${format}): start that version, or set SCOPE_REGISTRY_DATA_DIR to another folder`,
    );
  }
  if (format < FORMAT) migrate(database, format);
  database.exec("COMMIT");
}

function toSetupError(cause: unknown, directory: string): StoreSetupError {
  // The low byte is the primary result code.
  const code = ((cause as { errcode?: number }).errcode ?? 0) & 0xff;
  if (code === SQLITE_BUSY) {
    return new StoreSetupError(
      `The folder ${directory} is in use by another process: end that one, or set SCOPE_REGISTRY_DATA_DIR to another folder`,
      { cause },
    );
  }
  if (code === SQLITE_NOTADB || code === SQLITE_CORRUPT) {
    return damaged(directory, cause);
  }
  return new StoreSetupError(
    `${join(directory, FILE_NAME)} cannot be opened: see that the disk has room and works, or set SCOPE_REGISTRY_DATA_DIR to another folder`,
    { cause },
  );
}

function damaged(directory: string, cause?: unknown): StoreSetupError {
  return new StoreSetupError(
    `${join(directory, FILE_NAME)} is damaged: put a backup in its place, or set SCOPE_REGISTRY_DATA_DIR to another folder`,
    { cause },
  );
}
