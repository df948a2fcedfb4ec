/**
 * The process of a load over HTTP/1.1: POSTs by `node:http`, on connections that stay open where the server keeps them. An answer
 * whose status is not 2xx ends the run.
 */
import { Agent, request } from "node:http";
import { answerQuestions } from "../harness/answer-questions.ts";
import type { HttpLoadQuestion, HttpLoadSpec } from "./load-result.ts";
import { runCalls } from "./run-calls.ts";

let load: { readonly spec: HttpLoadSpec; readonly agents: readonly Agent[] };
let next = 0;

answerQuestions<HttpLoadQuestion>(
  async (question) => {
    if ("open" in question) {
      const spec = question.open;
      const agents = Array.from({ length: spec.connections }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
      load = { spec, agents };
      return {};
    }
    if ("run" in question) {
      return runCalls(
        load.agents.map((agent) => () => post(agent)),
        question.run,
      );
    }
    return undefined;
  },
  { keepsAlive: true },
);

function post(agent: Agent): Promise<void> {
  const { url, headers, bodies } = load.spec;
  const body = bodies[next++ % bodies.length] ?? "";
  return new Promise((resolve, reject) => {
    const posted = request(url, { agent, method: "POST", headers: { ...headers, "content-length": body.length } });
    posted.on("error", reject);
    posted.on("response", (response) => {
      const { statusCode = 0 } = response;
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      response.on("error", reject);
      response.on("end", () =>
        statusCode >= 200 && statusCode < 300 ? resolve() : reject(new Error(`Answered ${statusCode}: ${text}`)),
      );
    });
    posted.end(body);
  });
}
