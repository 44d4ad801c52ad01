import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {type Finding, tryEngine} from './checks.ts';
import {installClis, toCacheFolder} from './installed-clis.ts';
import {listSubjects} from './subjects.ts';

// Tries rad with the real coding agents against a scripted model on this machine, and prints what holds as a table for the README.
// Names on the command line choose some of the subjects.
const CHECKS = ['run', 'tokens', 'files', 'checkpoint before a write', 'undo', 'sub-agent', 'session', 'outputs', 'cancel'] as const;

const root = path.resolve(fileURLToPath(new URL('../../../', import.meta.url)));
const wanted = process.argv.slice(2);
const bins = await installClis(toCacheFolder(process.env));
const binPath = [...new Set(Object.values(bins).map(file => path.dirname(file)))].join(path.delimiter);
const subjects = listSubjects(process.getuid?.() === 0).filter(({name}) => wanted.length === 0 || wanted.some(word => name.includes(word)));

const toCell = (finding: Finding | undefined): string => {
	if (finding === undefined) return '–';
	if (finding.skipped !== undefined) return `no: ${finding.skipped}`;
	return finding.problem === null ? 'holds' : 'FAILS';
};

const rows: string[] = [];
let failed = 0;
for (const subject of subjects) {
	process.stderr.write(`${subject.name} …\n`);
	const findings = await tryEngine(subject, {binPath, programFile: path.join(root, 'bin/rad.cjs')});
	for (const {check, problem} of findings) if (problem !== null) process.stderr.write(`  ${check}: ${problem}\n`);
	failed += findings.filter(({problem}) => problem !== null).length;
	rows.push(`| ${subject.name} | ${CHECKS.map(check => toCell(findings.find(finding => finding.check === check))).join(' | ')} |`);
}
process.stdout.write(`${[`| engine | ${CHECKS.join(' | ')} |`, `|${'---|'.repeat(CHECKS.length + 1)}`, ...rows].join('\n')}\n`);
process.exitCode = failed === 0 ? 0 : 1;
