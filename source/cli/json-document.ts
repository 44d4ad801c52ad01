/** Of all shapes together: it grows when a field of one goes, or gets another meaning or type. A field that is added does not change it. */
export const JSON_VERSION = 1;

/** What is printed as one document: an object tells the version of its shape. */
export const toJsonDocument = (value: unknown): unknown =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? {version: JSON_VERSION, ...value} : value;
