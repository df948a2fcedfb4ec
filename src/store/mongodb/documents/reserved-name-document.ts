import { Long } from "mongodb";
import type { ReservedNameRecord } from "../../scope-log.ts";
import type { DocumentForm, Int64 } from "./document-form.ts";

/** A name that is kept for its owner, in `reserved_names` and in the entries of the log. */
export interface ReservedNameDocument {
  _id: string;
  owner: string;
  create_time: Date;
  revision: Int64;
}

/** The form of reserved names. */
export const reservedNameForm: DocumentForm<ReservedNameRecord, ReservedNameDocument> = {
  encode: (reserved) => ({
    _id: reserved.name,
    owner: reserved.owner,
    create_time: new Date(reserved.createTime),
    revision: Long.fromNumber(reserved.revision),
  }),
  decode: (document) => ({
    name: document._id,
    owner: document.owner,
    createTime: document.create_time.getTime(),
    revision: Number(document.revision),
  }),
};
