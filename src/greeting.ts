/** What someone who has just started the server needs to know. */
export type GreetingFacts = {
  pageUrl: string;
  deskUrl: string;
  /** The first person's password, shown this once; null when somebody can sign in already. */
  signIn: { name: string; password: string } | null;
  /** Completes the sentence "Mails ...". */
  mail: string;
  /** True while the sample platform is watched. */
  demo: boolean;
  dataDir: string;
};

const breakAndMend = `
What you see is a sample platform. Watch an incident begin and end:
  npm run intermission -- demo break database
  npm run intermission -- demo mend database
For your own: copy status.example.yaml to status.yaml, edit it, and start again with an empty data folder.
`;

/** The words of a successful start. */
export function greeting({ pageUrl, deskUrl, signIn, mail, demo, dataDir }: GreetingFacts): string {
  const how = signIn
    ? `${signIn.name} / ${signIn.password} (shown only now)`
    : 'as before; "npm run intermission -- staff invite --name NAME" gives a new password';
  return `Intermission is running. Ctrl-C stops it.

  Page     ${pageUrl}
  Desk     ${deskUrl}
  Sign in  ${how}
  Mails    ${mail}
  Data     ${dataDir}
${demo ? breakAndMend : ''}`;
}
