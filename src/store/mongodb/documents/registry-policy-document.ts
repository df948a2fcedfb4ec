import { Long } from "mongodb";
import { REGISTRY_POLICY_NAME, type RegistryPolicyRecord } from "../../scope-log.ts";
import type { DocumentForm, Int64 } from "./document-form.ts";

/** What holds for all resource servers, in `registry_policies` and in the entries of the log. */
export interface RegistryPolicyDocument {
  _id: string;
  names: RegistryPolicyRecord["names"];
  update_time: Date;
  revision: Int64;
}

/** The form of the registry's policy. */
export const registryPolicyForm: DocumentForm<RegistryPolicyRecord, RegistryPolicyDocument> = {
  encode: (policy) => ({
    _id: REGISTRY_POLICY_NAME,
    names: policy.names,
    update_time: new Date(policy.updateTime),
    revision: Long.fromNumber(policy.revision),
  }),
  decode: (document) => ({
    names: document.names,
    updateTime: document.update_time.getTime(),
    revision: Number(document.revision),
  }),
};
