"""Trains tokenizers with Hugging Face's library, and writes what they make of ugly texts.

    python golden.py        (tokenizers)
"""

import json
import pathlib

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent
FILES = HERE / "files"

CORPUS = [
    "The quick brown fox jumps over the lazy dog; the dogs were lazier than foxes.",
    "Tokenizers cut words into pieces: tokenizing, tokenized, tokenizes, untokenizable.",
    "L'été, l'âme naïve et le garçon coûteux; les garçons naïfs sont là.",
    "Straße, Größe, größer, am größten: Maße und Massen.",
    "Don't, can't, won't, I'll, we've, it's 1,234.56 dollars or 99% of $100.",
    "日本語のテキスト、中文文本, 한국어 텍스트.",
    "emoji 🎉🎉 and 👩‍👩‍👧 families",
]

UGLY = [
    "", " ", "\n\n\t ", "a", "The dogs' tokenizer.", "THE QUICK Brown fOX", "untokenizable words tokenize",
    "naïve NAÏVE na\u0308ive café cafe\u0301", "Straße STRASSE ΟΔΟΣ Σίσυφος İstanbul",
    "日本語 and 中文text混合", "\u4e2d\U0002b830\U0002b920x\uf900", "한국어 텍스트 각",
    "👩‍👩‍👧🎉 ok 🤷🏽‍♀️", "zero\u0000width\u200bspace\ufeff \ufffd and\u00a0nbsp\u2028line\u0085nel\x1cfs",
    "don't can't WON'T it's we've I'll 'tis ''s", "$1,234.56 + 7% = ^x_y` ~<tag>", "a" * 99 + " " + "b" * 101 + " c",
    "  leading and trailing   spaces  ", "tabs\tand\r\nlines\n\nand  more   ", "[CLS] in [MASK]ed [SEP] text [UNK][PAD]",
    "x<|endoftext|> y <mask> z<mask>", "\u0915\u094d\u0937\u093f हिन्दी \u0e01\u0e33ไทย العربية עִבְרִית", "１２３ ²³ Ⅷ ½ ﬁne", "«quoted» “curly” – dash … ¿qué?",
    "qqqqzzzz #hash ##double @at", "\U0001d54f\U0001d7d8 \U00010000\U0010ffff \ue000",
]


def encodings(tokenizer):
    return [tokenizer.encode(text).ids for text in UGLY]


def wordpiece(lower):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lower)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=260, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(each, tokenizer.token_to_id(each)) for each in ("[CLS]", "[SEP]")],
    )
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def bpe(prefix, normalizer=None):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    special = ["<s>", "<pad>", "</s>", "<|endoftext|>", "<mask>"]
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=special, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(CORPUS, trainer)
    if prefix:
        tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=True)
        from tokenizers import AddedToken
        tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    return tokenizer


def main():
    FILES.mkdir(exist_ok=True)
    golden = {"corpus": CORPUS, "texts": UGLY, "ids": {}}
    made = {
        "bert-uncased": wordpiece(True), "bert-cased": wordpiece(False), "gpt-2": bpe(False), "roberta": bpe(True),
        "normalized": bpe(False, normalizers.Sequence([normalizers.NFKD(), normalizers.Lowercase(),
                                                       normalizers.StripAccents(), normalizers.Strip()])),
    }
    for name, tokenizer in made.items():
        tokenizer.save(str(FILES / f"{name}.json"), pretty=False)
        golden["ids"][name] = encodings(tokenizer)
    vocabulary = sorted(made["bert-uncased"].get_vocab().items(), key=lambda item: item[1])
    (FILES / "vocab.txt").write_text("".join(f"{piece}\n" for piece, _ in vocabulary), encoding="utf-8")
    made["gpt-2"].model.save(str(FILES))
    (HERE / "golden.json").write_text(json.dumps(golden) + "\n")


main()
