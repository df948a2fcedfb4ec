/** What a mid-sized company might register: six resource servers, as the catalogue shows them. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ResourceServerSchema, ScopeDefinitionSchema } from "@scope-registry/client";

/** A resource server and what it registers. */
export interface SampleServer {
  readonly server: MessageInitShape<typeof ResourceServerSchema> & { readonly name: string };
  readonly scopes: readonly MessageInitShape<typeof ScopeDefinitionSchema>[];
}

const DAY_MS = 86_400_000;

const BILLING = "https://billing.example.com/";
const DOCUMENTS = "https://documents.example.com/";
const CALENDAR = "https://calendar.example.com/";
const PEOPLE = "https://people.example.com/";
const ARCHIVE = "https://archive.example.com/";
const SEARCH = "https://mcp.example.com/search";

/** The resource servers, in the order in which they register. */
export const SAMPLE_SERVERS: readonly SampleServer[] = [
  {
    server: {
      name: "billing-api",
      displayName: "Billing",
      contact: "billing@example.com",
      namePrefixes: ["invoices:", "payments:"],
      resources: [BILLING],
    },
    scopes: [
      {
        name: "invoices:read",
        description: "Read your invoices",
        resources: [BILLING],
        isDefault: false,
        consentTexts: {
          en: { title: "See your invoices", description: "The app can see amounts, dates and who was billed." },
          de: { title: "Deine Rechnungen sehen", description: "Die App sieht Beträge, Daten und Empfänger." },
          fr: {
            title: "Voir vos factures",
            description: "L’application voit les montants, les dates et les destinataires.",
          },
          ar: { title: "الاطلاع على فواتيرك", description: "يمكن للتطبيق الاطلاع على المبالغ والتواريخ والمستلمين." },
        },
      },
      {
        name: "invoices:write",
        description: "Create invoices, and change those that are not sent yet",
        resources: [BILLING],
        consentTexts: {
          en: { title: "Create and change invoices", description: "Invoices that are sent stay as they are." },
          de: { title: "Rechnungen anlegen und ändern", description: "Versandte Rechnungen bleiben, wie sie sind." },
        },
      },
      {
        name: "invoices:export",
        description: "Export all invoices of a year as one file",
        resources: [BILLING],
        restricted: true,
        consentTexts: { en: { title: "Export all your invoices", description: "" } },
      },
      {
        name: "invoices:all",
        description: "Everything that can be done with invoices",
        resources: [BILLING],
        deprecated: true,
        replacedBy: "invoices:write",
        sunsetTime: timestampFromDate(new Date(Date.now() + 90 * DAY_MS)),
      },
      { name: "payments:read", description: "See which invoices are paid, and when", resources: [BILLING] },
      { name: "payments:refund", description: "Pay money back to customers", resources: [BILLING], restricted: true },
    ],
  },
  {
    server: {
      name: "documents-api",
      displayName: "Documents",
      contact: "documents@example.com",
      namePrefixes: ["documents:", "folders:"],
      resources: [DOCUMENTS],
    },
    scopes: [
      {
        name: "documents:read",
        description: "Read documents that are shared with you",
        resources: [DOCUMENTS],
        consentTexts: {
          en: { title: "Read your documents", description: "Also those that others share with you." },
          de: { title: "Deine Dokumente lesen", description: "Auch die, die andere mit dir teilen." },
          es: { title: "Leer tus documentos", description: "También los que otros comparten contigo." },
        },
      },
      { name: "documents:write", description: "Change documents that are shared with you", resources: [DOCUMENTS] },
      { name: "documents:comment", description: "Comment on documents", resources: [DOCUMENTS] },
      {
        name: "documents:share",
        description: "Share documents with people outside of the company",
        resources: [DOCUMENTS],
        restricted: true,
      },
      { name: "documents:{id}:read", description: "Read one document", resources: [DOCUMENTS] },
      { name: "folders:list", description: "See the names of folders and of what is in them", resources: [DOCUMENTS] },
      { name: "folders:organize", description: "Make, rename and move folders", resources: [DOCUMENTS] },
    ],
  },
  {
    server: {
      name: "calendar-api",
      displayName: "Calendar",
      contact: "calendar@example.com",
      namePrefixes: ["calendar."],
      resources: [CALENDAR],
    },
    scopes: [
      { name: "calendar.events.read", description: "See events, without their notes", resources: [CALENDAR] },
      { name: "calendar.events.write", description: "Make and change events", resources: [CALENDAR] },
      { name: "calendar.freebusy", description: "See when people are free, and nothing else", resources: [CALENDAR] },
      { name: "calendar.settings", description: "Change working hours and time zones", resources: [CALENDAR] },
      {
        name: "calendar.rooms.admin",
        description: "Look after meeting rooms",
        resources: [CALENDAR],
        restricted: true,
        unlisted: true,
      },
    ],
  },
  {
    server: {
      name: "people-api",
      displayName: "People",
      contact: "people@example.com",
      namePrefixes: ["people:"],
      resources: [PEOPLE],
    },
    scopes: [
      { name: "people:profile", description: "Your name and picture", resources: [PEOPLE] },
      { name: "people:email", description: "Your e-mail address", resources: [PEOPLE] },
      { name: "people:directory", description: "Look up colleagues by name and team", resources: [PEOPLE] },
      {
        name: "people:salary",
        description: "Salaries, for payroll",
        resources: [PEOPLE],
        restricted: true,
        unlisted: true,
      },
    ],
  },
  {
    server: {
      name: "archive-api",
      displayName: "Archive",
      contact: "",
      namePrefixes: ["dataset:"],
      resources: [ARCHIVE],
    },
    scopes: [
      { name: "dataset:{id}:read", description: "Read one dataset of the archive", resources: [ARCHIVE] },
      {
        name: "dataset:{id}:write",
        description: "Add to one dataset of the archive",
        resources: [ARCHIVE],
        restricted: true,
      },
      { name: "dataset:catalog", description: "See which datasets there are", resources: [ARCHIVE] },
    ],
  },
  {
    server: {
      name: "search-mcp",
      displayName: "Search for agents",
      contact: "agents@example.com",
      namePrefixes: ["search:"],
      resources: [SEARCH],
    },
    scopes: [
      { name: "search:query", description: "Search everything that you may read", resources: [SEARCH] },
      { name: "search:history", description: "See what you have searched for", resources: [SEARCH] },
    ],
  },
];
