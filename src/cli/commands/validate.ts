import { Command } from "@commander-js/extra-typings";
import {
  type ScopeVerdict,
  ValidateScopesResponseSchema,
  ValidationMode,
  ValidationView,
  VerdictStatus,
  VerdictStatusSchema,
} from "@scope-registry/client";
import { EXIT } from "../exit-code.ts";
import type { Style } from "../output/paint.ts";
import { type Column, createTable } from "../output/table.ts";
import { enumWord } from "../output/words.ts";
import { calling, connected, examples } from "../registry-command.ts";

/** `scope-registry validate`: ValidateScopes. */
export const validateCommand = () =>
  connected(
    new Command("validate")
      .description("Judges requested scopes as the authorization server does; what is granted is noted as used")
      .argument("[scopes...]", "the requested names; none: the defaults are judged")
      .option("--client <client>", "the OAuth client that asks")
      .option("--resource <uris...>", "the resources that are asked for (RFC 8707)")
      .option("--narrow", "leave refused scopes out, in place of refusing the request")
      .option("--locale <tags...>", "show the consent texts in the best of these languages")
      .addHelpText("after", examples("validate invoices:read invoices:write --client web-shop")),
  ).action(
    calling(["validate"], async ({ registry, output }, scopes, options) => {
      const { client = "", resource = [], narrow = false, locale = [] } = options;
      const answer = await registry.validateScopes({
        scopes: [...scopes],
        clientId: client,
        resources: [...resource],
        mode: narrow ? ValidationMode.NARROW : ValidationMode.ALL_OR_NOTHING,
        view: locale.length > 0 ? ValidationView.CONSENT : ValidationView.BASIC,
        locales: [...locale],
      });
      const exitCode = answer.valid ? EXIT.ok : EXIT.negative;
      if (output.json) {
        await output.printJson(ValidateScopesResponseSchema, answer);
        return exitCode;
      }
      if (answer.defaultsApplied) output.note("No scope was requested: these are the defaults");
      const columns =
        locale.length > 0
          ? [...VERDICT_COLUMNS.slice(0, 2), CONSENT_COLUMN, ...VERDICT_COLUMNS.slice(2)]
          : VERDICT_COLUMNS;
      await output.print(...createTable(columns, output).page(answer.verdicts), "");
      if (answer.valid) {
        await output.print(
          `${output.paint("green", "Valid")}, granted: ${answer.grantedScopes.join(" ") || "nothing"}`,
        );
        if (answer.audiences.length > 0) await output.print(`Audiences: ${answer.audiences.join(" ")}`);
      } else {
        await output.print(`${output.paint("red", "Not valid")}, ${answer.error}: ${answer.errorDescription}`);
      }
      return exitCode;
    }),
  );

const VERDICT_COLUMNS: readonly Column<ScopeVerdict>[] = [
  { title: "NAME", text: ({ name }) => name, style: () => "bold" },
  {
    title: "VERDICT",
    text: ({ status }) => enumWord(VerdictStatusSchema, status),
    style: ({ status }) => verdictStyle(status),
  },
  { title: "WHY", text: ({ message }) => message },
];

const CONSENT_COLUMN: Column<ScopeVerdict> = { title: "CONSENT", text: ({ consentText }) => consentText?.title ?? "" };

function verdictStyle(status: VerdictStatus): Style {
  if (status === VerdictStatus.GRANTED) return "green";
  return status === VerdictStatus.DEPRECATED ? "yellow" : "red";
}
