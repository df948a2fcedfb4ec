import { randomUUID } from "node:crypto";
import { detectResources, envDetector, type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from "@opentelemetry/semantic-conventions";
import packageJson from "../../../package.json" with { type: "json" };

/**
 * Who makes the spans. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win. The SDK's own detector of processes is not asked: it tells
 * the command line, on which secrets may stand.
 */
export function describeProcess(): Resource {
  return resourceFromAttributes({
    [ATTR_SERVICE_NAME]: "scope-registry",
    [ATTR_SERVICE_VERSION]: packageJson.version,
    [ATTR_SERVICE_INSTANCE_ID]: randomUUID(),
    // Not among the stable names of the package yet.
    "process.pid": process.pid,
  }).merge(detectResources({ detectors: [envDetector] }));
}
