//! The tantivy index of one language: which passages have words in common with a query, best first.
//!
//! A document is a passage, with the title and the questions of its article. Texts come in as terms already, so there is one
//! analysis for the index, the query and the fit. The index is a cache of what the articles say: on disk it is checked at
//! every start, and what is not whole is made again.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use tantivy::collector::TopDocs;
use tantivy::columnar::Column;
use tantivy::directory::{MmapDirectory, RamDirectory};
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, RangeQuery, TermQuery};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TokenizerManager, WhitespaceTokenizer};
use tantivy::{
    DocAddress, Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term,
};

/// What tantivy may use while it writes, its least for one thread. The memory is given back afterwards.
const WRITE_MEMORY: usize = 15_000_000;

const TOKENIZER: &str = "terms";

/// The name of the field that says which article a document belongs to.
const DIGEST: &str = "digest";

/// How the names of tantivy's files end that hold what was indexed.
const SEGMENT_FILES: [&str; 6] = ["idx", "term", "pos", "fast", "store", "fieldnorm"];

/// The terms of one passage, by where they stand.
#[derive(Debug, Default, Clone)]
pub(super) struct Terms {
    pub(super) title: Vec<String>,
    pub(super) questions: Vec<String>,
    pub(super) heading: Vec<String>,
    pub(super) body: Vec<String>,
}

/// An article as documents.
pub(super) struct Written {
    /// What tells its text from every other.
    pub(super) digest: u64,
    /// Who may read it: see [`Reader`].
    pub(super) level: u64,
    /// Its last day, as 20270131; the largest number for one that holds for ever.
    pub(super) until: u64,
    pub(super) passages: Vec<Terms>,
}

/// A term to look for, and how much it counts.
pub(super) struct Wanted<'a> {
    pub(super) term: &'a str,
    pub(super) weight: f32,
}

/// Who asks, and when: what they may not read and what does not hold any more is not found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader {
    /// 0 for everybody, 1 for shoppers the shop knows, 2 for the people at the desk.
    pub(super) level: u64,
    /// The day, as 20261122.
    pub(super) today: u64,
}

/// An index of passages, searched by terms. Cheap to clone. It stays as it was opened: what is written afterwards is another one's.
#[derive(Clone)]
pub(super) struct Store {
    searcher: Searcher,
    fields: Fields,
}

#[derive(Clone)]
struct Fields {
    digest: Field,
    level: Field,
    until: Field,
    // With the boost of each: the shoppers' own words say most, the title next.
    texts: [(Field, f32); 4],
}

impl Store {
    /// The index of the articles with these `digests`, in the folder `place` or in memory. What it has already is not written
    /// again: `write` is asked for the rest.
    pub(super) fn open(
        place: Option<&Path>,
        digests: &BTreeSet<u64>,
        write: &dyn Fn(u64) -> Option<Written>,
    ) -> tantivy::Result<Self> {
        let Some(place) = place else { return Self::filled(in_memory()?, digests, write) };
        if let Some(index) = whole(place) {
            match Self::filled(index, digests, write) {
                Ok(store) => return Ok(store),
                // Somebody else writes it: it is theirs.
                Err(TantivyError::LockFailure(..)) => return Self::filled(in_memory()?, digests, write),
                Err(error) => tracing::warn!(%error, "the search index cannot be brought up to date and is made again"),
            }
        }
        // Made aside and put in its place when it is whole, so that a crash leaves the old one or the new one.
        let aside = place.with_extension("new");
        let _ = fs::remove_dir_all(&aside);
        let made = fs::create_dir_all(&aside).map_err(TantivyError::from).and_then(|()| {
            drop(Self::filled(on_disk(&aside)?, digests, write)?);
            let _ = fs::remove_dir_all(place);
            fs::rename(&aside, place)?;
            Self::filled(on_disk(place)?, digests, write)
        });
        made.or_else(|error| {
            tracing::warn!(%error, "the search index could not be kept on disk; it is made in memory");
            Self::filled(in_memory()?, digests, write)
        })
    }

    fn filled(index: Index, digests: &BTreeSet<u64>, write: &dyn Fn(u64) -> Option<Written>) -> tantivy::Result<Self> {
        let (_, fields) = schema();
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let has = digests_of(&reader)?;
        let missing: Vec<Written> = digests.difference(&has).filter_map(|digest| write(*digest)).collect();
        let gone: Vec<u64> = has.difference(digests).copied().collect();
        if !missing.is_empty() || !gone.is_empty() {
            let mut writer = index.writer_with_num_threads(1, WRITE_MEMORY)?;
            change(&mut writer, &fields, &missing, &gone)?;
            writer.wait_merging_threads()?;
            reader.reload()?;
        }
        Ok(Self { searcher: reader.searcher(), fields })
    }

    /// The articles that have any of `wanted` and that `reader` may see, by digest, with the BM25 score of the best passage, best
    /// first: those of the best `limit` passages.
    pub(super) fn search(
        &self,
        wanted: &[Wanted<'_>],
        reader: Reader,
        may_read: &dyn Fn(u64) -> bool,
        limit: usize,
    ) -> tantivy::Result<Vec<(u64, f32)>> {
        if wanted.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        // Without a filter tantivy skips what cannot be among the best, which is most of a large index.
        let found = self.best(&self.words(wanted), limit)?;
        if found.iter().all(|(digest, _)| may_read(*digest)) {
            return Ok(found);
        }
        self.best(&self.filtered(self.words(wanted), reader), limit)
    }

    fn best(&self, query: &BooleanQuery, limit: usize) -> tantivy::Result<Vec<(u64, f32)>> {
        let found = self.searcher.search(query, &TopDocs::with_limit(limit).order_by_score())?;
        let columns = columns(&self.searcher)?;
        let mut seen = HashSet::new();
        let digest = |address: DocAddress| columns.get(address.segment_ord as usize)?.first(address.doc_id);
        let all = found.into_iter().filter_map(|(score, address)| Some((digest(address)?, score)));
        Ok(all.filter(|(digest, _)| seen.insert(*digest)).collect())
    }

    fn words(&self, wanted: &[Wanted<'_>]) -> BooleanQuery {
        let clauses = wanted.iter().flat_map(|Wanted { term, weight }| {
            self.fields.texts.iter().map(move |(field, boost)| {
                let term = TermQuery::new(Term::from_field_text(*field, term), IndexRecordOption::WithFreqs);
                let query: Box<dyn Query> = Box::new(BoostQuery::new(Box::new(term), boost * weight));
                (Occur::Should, query)
            })
        });
        BooleanQuery::new(clauses.collect())
    }

    fn filtered(&self, words: BooleanQuery, reader: Reader) -> BooleanQuery {
        let level = Term::from_field_u64(self.fields.level, reader.level);
        let until = Term::from_field_u64(self.fields.until, reader.today);
        let readable = RangeQuery::new(Bound::Unbounded, Bound::Included(level));
        let valid = RangeQuery::new(Bound::Included(until), Bound::Unbounded);
        // They only let through: a score of their own would be one more for everybody.
        let filter = |query: RangeQuery| -> (Occur, Box<dyn Query>) {
            (Occur::Must, Box::new(ConstScoreQuery::new(Box::new(query), 0.0)))
        };
        BooleanQuery::new(vec![(Occur::Must, Box::new(words)), filter(readable), filter(valid)])
    }
}

fn change(writer: &mut IndexWriter, fields: &Fields, added: &[Written], gone: &[u64]) -> tantivy::Result<()> {
    for digest in gone {
        writer.delete_term(Term::from_field_u64(fields.digest, *digest));
    }
    for article in added {
        for terms in &article.passages {
            let mut document = TantivyDocument::new();
            document.add_u64(fields.digest, article.digest);
            document.add_u64(fields.level, article.level);
            document.add_u64(fields.until, article.until);
            let texts = [&terms.title, &terms.questions, &terms.heading, &terms.body];
            for ((field, _), text) in fields.texts.iter().zip(texts) {
                document.add_text(*field, text.join(" "));
            }
            writer.add_document(document)?;
        }
    }
    writer.commit()?;
    Ok(())
}

// Which articles an index has.
fn digests_of(reader: &IndexReader) -> tantivy::Result<BTreeSet<u64>> {
    let searcher = reader.searcher();
    let mut digests = BTreeSet::new();
    for (segment, column) in searcher.segment_readers().iter().zip(columns(&searcher)?) {
        digests.extend(segment.doc_ids_alive().filter_map(|document| column.first(document)));
    }
    Ok(digests)
}

fn columns(searcher: &Searcher) -> tantivy::Result<Vec<Column<u64>>> {
    searcher.segment_readers().iter().map(|segment| segment.fast_fields().u64(DIGEST)).collect()
}

fn in_memory() -> tantivy::Result<Index> {
    with_terms(Index::builder().schema(schema().0).open_or_create(RamDirectory::create())?)
}

fn on_disk(place: &Path) -> tantivy::Result<Index> {
    with_terms(Index::builder().schema(schema().0).open_or_create(MmapDirectory::open(place)?)?)
}

fn with_terms(mut index: Index) -> tantivy::Result<Index> {
    let tokenizers = TokenizerManager::default();
    tokenizers.register(TOKENIZER, WhitespaceTokenizer::default());
    index.set_tokenizers(tokenizers);
    Ok(index)
}

// The index in a folder, if all its files are as they were written: tantivy itself serves a flipped byte silently.
fn whole(place: &Path) -> Option<Index> {
    if !place.is_dir() {
        return None;
    }
    let checked = on_disk(place).and_then(|index| {
        let mut damaged = index.validate_checksum()?;
        // A file that tantivy does not know of as its own is not looked at by it.
        let managed = index.directory().list_managed_files();
        damaged.extend(segments(place).into_iter().filter(|file| !managed.contains(file)));
        Ok((damaged, index))
    });
    match checked {
        Ok((damaged, index)) if damaged.is_empty() => Some(index),
        Ok((damaged, _)) => {
            tracing::warn!(files = damaged.len(), "the search index is damaged and is made again");
            None
        }
        Err(error) => {
            tracing::warn!(%error, "the search index cannot be read and is made again");
            None
        }
    }
}

// The files of segments in a folder, by name.
fn segments(place: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let names = entries.map(|entry| PathBuf::from(entry.file_name()));
    let ending = |name: &Path| name.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_owned();
    names.filter(|name| SEGMENT_FILES.contains(&ending(name).as_str())).collect()
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default().set_tokenizer(TOKENIZER).set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let number = || -> NumericOptions { (INDEXED | FAST).into() };
    let digest = schema.add_u64_field(DIGEST, number());
    let level = schema.add_u64_field("audience", number());
    let until = schema.add_u64_field("valid_until", number());
    let texts = [("title", 2.0), ("questions", 2.5), ("heading", 1.5), ("body", 1.0)]
        .map(|(name, boost)| (schema.add_text_field(name, text.clone()), boost));
    (schema.build(), Fields { digest, level, until, texts })
}
