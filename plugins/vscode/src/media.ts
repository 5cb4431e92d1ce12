// Recordings by their names, and links to them as an editor writes them. Pure.

// core/cuttledoc/markdown/targets.py is where this list comes from; a test holds it to that.
const SOUND =
  "3ga aac ac3 aif aifc aiff amr ape au awb caf dts eac3 flac m4a m4b m4r mka mp1 mp2 mp3 mpga oga ogg opus qta ra spx tta w64 wav weba wma wv";
const PICTURES = "3g2 3gp asf avi f4v flv m2ts m4v mkv mov mp4 mpeg mpg mts ogv vob webm wmv";

export const SOUND_SUFFIXES: readonly string[] = SOUND.split(" ");
export const PICTURE_SUFFIXES: readonly string[] = PICTURES.split(" ");
export const MEDIA_SUFFIXES: readonly string[] = [...SOUND_SUFFIXES, ...PICTURE_SUFFIXES];

const ENDING = `\\.(?:${MEDIA_SUFFIXES.join("|")})`;
const MENTION = new RegExp(`${ENDING}\\b`, "i");
const LINK = new RegExp(
  `^\\s*(?:!?\\[[^\\]\\n]*\\]\\(<?[^\\n]*${ENDING}>?(?:\\s+"[^"\\n]*")?\\)|!?\\[\\[[^\\]\\n]*${ENDING}[^\\]\\n]*\\]\\]|<(audio|video)\\b[^>\\n]*${ENDING}["'][^>\\n]*>(?:\\s*</\\1>)?)\\s*$`,
  "i",
);

/** Whether a text may link to a recording: a look that costs nothing. */
export function mentionsRecording(text: string): boolean {
  return MENTION.test(text);
}

/** Whether a text is one link to a recording and nothing else, as a drop or a paste leaves it. */
export function isLink(text: string): boolean {
  return text.length < 2_000 && LINK.test(text) && !/\]\(<?https?:|=["']https?:/i.test(text);
}

/** Whether a file is a video, by its ending. */
export function isVideo(name: string): boolean {
  const suffix = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return PICTURE_SUFFIXES.includes(suffix);
}
