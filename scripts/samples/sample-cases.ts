/** The auditors' samples: their files, their arguments, and the reasons for their verdicts. */
export type SampleCase = {
  readonly name: string;
  /** The arguments after `npm run verify-attestation --`, from the root of the repository. */
  readonly args: readonly string[];
  readonly why: string;
};

export type SampleFacts = {
  /** When the simulated documents were created, in RFC 3339. */
  readonly madeAt: string;
  readonly nonce: string;
};

const FOLDER = 'attestation/samples';
const OFFLINE = ['--offline', '--policy', `${FOLDER}/genuine.policy.json`];
const AUGUST = ['--at', '2026-08-13T12:00:00Z', ...OFFLINE];

const genuine: readonly SampleCase[] = [
  {
    name: 'genuine machine, nothing of ours',
    args: [`${FOLDER}/near-mpc-2026-08.json`, ...AUGUST],
    why: 'hardware and log are genuine; a development image, a compose file that mounts the docker socket, no KMS',
  },
  {
    name: 'genuine machine, a month later',
    args: [`${FOLDER}/near-mpc-2026-08.json`, '--at', '2026-09-13T00:00:00Z', ...OFFLINE],
    why: "Intel's data had to be replaced by then",
  },
  {
    name: 'genuine machine, collateral in a file',
    args: [
      `${FOLDER}/dstack-quote-report.json`,
      '--collateral',
      `${FOLDER}/dstack-quote-report.collateral.json`,
      '--at',
      '1772323200',
      ...OFFLINE,
    ],
    why: 'hardware and log are genuine; there is no compose file to compare with them',
  },
  {
    name: 'genuine quote of the official simulator',
    args: [`${FOLDER}/dstack-simulator-kms.json`, ...AUGUST],
    why: 'the compose file that it shows is not the measured one, and it contradicts itself about its image',
  },
];

/** Returns all samples. */
export function sampleCases({ madeAt, nonce }: SampleFacts): readonly SampleCase[] {
  const asked = [
    '--nonce',
    nonce,
    '--at',
    madeAt,
    '--offline',
    '--policy',
    'attestation/policy.local.json',
  ];
  const allowed = [...asked, '--allow-test-root'];
  return [
    ...genuine,
    {
      name: 'simulated, allowed',
      args: [`${FOLDER}/simulated.json`, ...allowed],
      why: 'everything holds under the published test root, which was allowed by hand',
    },
    {
      name: 'simulated, not allowed',
      args: [`${FOLDER}/simulated.json`, ...asked],
      why: 'no hardware stands behind it',
    },
    {
      name: 'simulated, with a receipt',
      args: [`${FOLDER}/simulated.json`, ...allowed, '--receipt', `${FOLDER}/receipt.jws`],
      why: 'the boot signed exactly the plan for this account',
    },
    {
      name: 'simulated, a changed receipt',
      args: [`${FOLDER}/simulated.json`, ...allowed, '--receipt', `${FOLDER}/receipt-changed.jws`],
      why: 'a byte of the receipt is another one',
    },
    {
      name: 'simulated, a changed setting',
      args: [`${FOLDER}/simulated-changed.json`, ...allowed],
      why: 'the statement says that the kill-switch is off, which the quote does not cover',
    },
  ];
}
