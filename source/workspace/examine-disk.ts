import {statfsSync} from 'node:fs';

/** The file system of a folder. `network` is its name where it is one of another machine, and null for a local one. */
export type DiskExamination = {readonly freeBytes: number; readonly network: string | null};

/** Types as statfs(2) of Linux tells them. */
const NETWORKS: ReadonlyMap<number, string> = new Map([
	[0x69_69, 'NFS'],
	[0x51_7b, 'SMB'],
	[0xff_53_4d_42, 'SMB'],
	[0xfe_53_4d_42, 'SMB'],
	[0x01_02_19_97, '9p'],
]);

export const examineDisk = (directory: string): DiskExamination => {
	const {bavail, bsize, type} = statfsSync(directory);
	return {freeBytes: bavail * bsize, network: NETWORKS.get(type) ?? null};
};
