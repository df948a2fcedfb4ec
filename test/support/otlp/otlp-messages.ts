/**
 * OTLP's messages, by the descriptors of its own releases: `otlp-traces.binpb` is a `FileDescriptorSet` of the files that
 * `opentelemetry.proto.collector.trace.v1` is made of, as the package opentelemetry-proto 1.45.2 of PyPI (Apache-2.0) has them.
 */
import { readFileSync } from "node:fs";
import { createFileRegistry, fromBinary, toJson } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const files = fromBinary(FileDescriptorSetSchema, readFileSync(new URL("otlp-traces.binpb", import.meta.url)));
const registry = createFileRegistry(files);
const request = registry.getMessage("opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest");

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A span as a collector has received it. Identifiers are in hexadecimal. */
export interface ReceivedSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it has no parent. */
  readonly parentSpanId: string;
  readonly traceState: string;
  /** Whether it is an error. */
  readonly failed: boolean;
  readonly attributes: Attributes;
  readonly events: readonly string[];
  /** The spans that it is linked to. */
  readonly links: readonly string[];
  /** What made it. */
  readonly resource: Attributes;
}

/** The spans of a request to a collector. */
export function readSpans(body: Uint8Array): readonly ReceivedSpan[] {
  if (request === undefined) throw new Error("The descriptors lack the request");
  const { resourceSpans = [] } = toJson(request, fromBinary(request, body)) as unknown as JsonRequest;
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
    scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => readSpan(span, attributesOf(resource?.attributes)))),
  );
}

function readSpan(span: JsonSpan, resource: Attributes): ReceivedSpan {
  return {
    name: span.name,
    kind: span.kind.replace("SPAN_KIND_", ""),
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId ?? ""),
    traceState: span.traceState ?? "",
    failed: span.status?.code === "STATUS_CODE_ERROR",
    attributes: attributesOf(span.attributes),
    events: (span.events ?? []).map(({ name }) => name),
    links: (span.links ?? []).map(({ spanId }) => hex(spanId)),
    resource,
  };
}

function attributesOf(list: readonly JsonAttribute[] = []): Attributes {
  return Object.fromEntries(
    list.map(({ key, value: { stringValue, intValue, boolValue } }) => [
      key,
      stringValue ?? boolValue ?? Number(intValue),
    ]),
  );
}

function hex(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}

interface JsonAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string; readonly boolValue?: boolean };
}

interface JsonSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly status?: { readonly code?: string };
  readonly attributes?: readonly JsonAttribute[];
  readonly events?: readonly { readonly name: string }[];
  readonly links?: readonly { readonly spanId: string }[];
}

interface JsonRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly JsonAttribute[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly JsonSpan[] }[];
  }[];
}
