//! The tantivy index of one language: which articles have words in common with a query, best first.
//!
//! Texts come in as terms already, so there is one analysis for the index, the query and the fit.

use tantivy::collector::TopDocs;
use tantivy::directory::{Directory, RamDirectory};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::tokenizer::{TokenizerManager, WhitespaceTokenizer};
use tantivy::{IndexReader, ReloadPolicy, TantivyDocument, Term};

/// What tantivy may use while it builds, its least. The memory is given back afterwards.
const BUILD_MEMORY: usize = 15_000_000;

const TOKENIZER: &str = "terms";

/// The terms of one article, by where they stand.
#[derive(Debug, Default)]
pub(super) struct Terms {
    pub(super) title: Vec<String>,
    pub(super) questions: Vec<String>,
    pub(super) headings: Vec<String>,
    pub(super) body: Vec<String>,
}

/// A term to look for, and how much it counts.
pub(super) struct Wanted<'a> {
    pub(super) term: &'a str,
    pub(super) weight: f32,
}

/// An index of articles, searched by terms.
pub(super) struct Store {
    reader: IndexReader,
    fields: Fields,
}

struct Fields {
    number: Field,
    // With the boost of each: the shoppers' own words say most, the title next.
    texts: [(Field, f32); 4],
}

impl Store {
    /// Builds the index in memory.
    pub(super) fn build(articles: &[Terms]) -> tantivy::Result<Self> {
        // The one place that would change for an index kept on disk: open the directory of the snapshot's hash here, check it
        // with `validate_checksum` (tantivy serves a flipped byte silently), and build only when it is not there.
        Self::build_in(Box::new(RamDirectory::create()), articles)
    }

    fn build_in(directory: Box<dyn Directory>, articles: &[Terms]) -> tantivy::Result<Self> {
        let (schema, fields) = schema();
        let tokenizers = TokenizerManager::default();
        tokenizers.register(TOKENIZER, WhitespaceTokenizer::default());
        let builder = tantivy::Index::builder().schema(schema).tokenizers(tokenizers);
        let mut writer = builder.single_segment_index_writer::<TantivyDocument>(directory, BUILD_MEMORY)?;
        for (number, terms) in (0_u64..).zip(articles) {
            let mut document = TantivyDocument::new();
            document.add_u64(fields.number, number);
            let texts = [&terms.title, &terms.questions, &terms.headings, &terms.body];
            for ((field, _), text) in fields.texts.iter().zip(texts) {
                document.add_text(*field, text.join(" "));
            }
            writer.add_document(document)?;
        }
        let reader = writer.finalize()?.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { reader, fields })
    }

    /// The numbers of the articles that have any of `wanted`, with their BM25 scores, best first, at most `limit`.
    pub(super) fn search(&self, wanted: &[Wanted<'_>], limit: usize) -> tantivy::Result<Vec<(usize, f32)>> {
        if wanted.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let searcher = self.reader.searcher();
        let found = searcher.search(&self.query(wanted), &TopDocs::with_limit(limit).order_by_score())?;
        found
            .into_iter()
            .map(|(score, address)| {
                let document: TantivyDocument = searcher.doc(address)?;
                let number = document.get_first(self.fields.number).and_then(|value| value.as_u64());
                Ok((number.and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX), score))
            })
            .collect()
    }

    fn query(&self, wanted: &[Wanted<'_>]) -> BooleanQuery {
        let clauses = wanted.iter().flat_map(|Wanted { term, weight }| {
            self.fields.texts.iter().map(move |(field, boost)| {
                let term = TermQuery::new(Term::from_field_text(*field, term), IndexRecordOption::WithFreqs);
                let query: Box<dyn Query> = Box::new(BoostQuery::new(Box::new(term), boost * weight));
                (Occur::Should, query)
            })
        });
        BooleanQuery::new(clauses.collect())
    }
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default().set_tokenizer(TOKENIZER).set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let number = schema.add_u64_field("number", STORED);
    let texts = [("title", 2.0), ("questions", 2.5), ("headings", 1.5), ("body", 1.0)]
        .map(|(name, boost)| (schema.add_text_field(name, text.clone()), boost));
    (schema.build(), Fields { number, texts })
}
