import {render} from 'ink-testing-library';
import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {Lines} from '../../../source/tui/components/lines.tsx';
import {blankAcross, type Line} from '../../../source/tui/line.ts';

const line = (text: string): Line => ({spans: [{text, style: 'plain'}], isSelected: false});
const drawn = (frame: string | undefined): readonly string[] => (frame ?? '').split('\n');

describe('Lines', () => {
	it('cuts each row to the width that it is given, by what a terminal shows', () => {
		const {lastFrame, unmount} = render(
			<Lines lines={[line('short'), line('a row that is far too long'), line('漢字漢字漢字漢字')]} columns={10} rows={3} />,
		);

		expect(drawn(lastFrame()).map(text => text.trimEnd())).toEqual(['short', 'a row tha…', '漢字漢字…']);
		for (const text of drawn(lastFrame())) expect(stringWidth(text)).toBeLessThanOrEqual(10);
		unmount();
	});

	it('keeps parts of a row apart, where one begins with what would join the part before it', () => {
		const parts = ['14:00 ', 'ำำ', '\u{1f3fd}', '\u0489', '\ua8b5end'].map(text => ({text, style: 'plain' as const}));

		const {lastFrame, unmount} = render(<Lines lines={[{spans: parts, isSelected: false}]} columns={20} rows={1} />);

		expect(lastFrame()?.trimEnd()).toBe('14:00 �� �end');
		unmount();
	});

	it('leaves out characters without a width, which Ink would give one', () => {
		const {lastFrame, unmount} = render(<Lines lines={[line('a\ufff9b\u200bc|')]} columns={10} rows={1} />);

		expect(lastFrame()?.trimEnd()).toBe('abc|');
		unmount();
	});

	it('is exactly as high as it is told, with fewer rows and with more', () => {
		const few = render(<Lines lines={[line('one')]} columns={5} rows={3} />);
		const many = render(<Lines lines={['1', '2', '3', '4'].map(line)} columns={5} rows={2} />);

		expect(drawn(few.lastFrame())).toHaveLength(3);
		expect(drawn(many.lastFrame()).map(text => text.trim())).toEqual(['1', '2']);
		few.unmount();
		many.unmount();
	});

	it('shows the new rows when they change', () => {
		const app = render(<Lines lines={[line('before')]} columns={10} rows={1} />);

		app.rerender(<Lines lines={[line('after')]} columns={10} rows={1} />);

		expect(app.lastFrame()?.trim()).toBe('after');
		app.unmount();
	});
});

describe('blankAcross', () => {
	it('blanks the characters that an edge would halve, and no others', () => {
		const {spans} = blankAcross(line('漢字漢字 ab'), [1, 4, 7]);

		expect(spans.map(({text}) => text)).toEqual(['  字漢   ab']);
	});
});
