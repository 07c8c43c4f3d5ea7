/** Writes the published schema of the verifier's JSON report: `npm run report-schema > attestation/report.schema.json`. */
import { z } from 'zod';
import { reportSchema } from '../attestation/report.js';

process.stdout.write(`${JSON.stringify(z.toJSONSchema(reportSchema), null, 2)}\n`);
