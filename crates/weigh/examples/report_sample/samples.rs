//! Sample findings for the report: the flagship's question, a memo, a bare question, and everything at once.
//!
//! The numbers are invented; only the shape is real. The report's own tests use them too.

use weigh_analysis::findings::{
    Band, BaseFinding, BoundsFinding, Carried, CitedFinding, ClaimFinding, Confidence, Estimate,
    EvidenceFinding, FactorFinding, Findings, Flip, GradeFlip, Outcome, Pair, PairFlip, Part,
    PartShare, Place, PlaceInSource, QuantityFinding, QuestionFinding, QuoteFinding, QuoteStatus,
    ReasonFinding, ReasonShare, RunReport, ScenarioAnswer, ScenarioFinding, SourceChange,
    SourceFinding, Swing, Unit, WeightFinding,
};

/// Every sample with its name.
pub fn all() -> [(&'static str, Findings); 4] {
    [("belarus", belarus()), ("memo", memo()), ("stress", stress()), ("bare", bare())]
}

fn place(line: u32) -> Place {
    Place { file: "belarus.weigh".into(), line }
}

fn about(p: f64, p05: f64, p95: f64) -> Estimate {
    Estimate { p, p05, p50: p * 0.92, p95 }
}

fn icd203() -> Vec<Band> {
    [
        ("almost no chance / remote", 0.01, 0.05),
        ("very unlikely / highly improbable", 0.05, 0.2),
        ("unlikely / improbable", 0.2, 0.45),
        ("roughly even chance / roughly even odds", 0.45, 0.55),
        ("likely / probable", 0.55, 0.8),
        ("very likely / highly probable", 0.8, 0.95),
        ("almost certain(ly) / nearly certain", 0.95, 0.99),
    ]
    .map(|(word, low, high)| Band { word: word.into(), low, high })
    .to_vec()
}

fn word(bands: &[Band], p: f64) -> Option<Band> {
    bands.iter().find(|band| band.low <= p && p <= band.high).cloned()
}

fn outcome(state: &str, p: f64, p05: f64, p95: f64, bands: &[Band]) -> Outcome {
    let (low, high) = (word(bands, p05), word(bands, p95));
    let word = word(bands, p);
    Outcome {
        state: state.into(),
        estimate: about(p, p05, p95),
        independent: about(p, p05 + (p - p05) * 0.4, p95 - (p95 - p) * 0.45),
        word_span: (low != word || high != word).then_some((low, high)),
        word,
    }
}

fn quote(text: &str, source: usize, line: u32, before: &str, after: &str) -> QuoteFinding {
    QuoteFinding {
        text: text.into(),
        original: None,
        source,
        place: place(line),
        status: QuoteStatus::Verbatim {
            before: before.into(),
            after: after.into(),
            at: PlaceInSource::default(),
            cut: None,
        },
        translation: None,
    }
}

fn weight(what: &str, written: &str, rationale: Option<&str>, line: u32) -> WeightFinding {
    WeightFinding {
        what: what.into(),
        written: written.into(),
        rationale: rationale.map(Into::into),
        place: place(line),
    }
}

fn swing(what: &str, written: &str, line: u32, ends: (f64, f64), p_at: (f64, f64)) -> Swing {
    Swing {
        what: what.into(),
        place: place(line),
        written: written.into(),
        rationale: None,
        low: ends.0,
        high: ends.1,
        is_probability: written.contains('%'),
        p_at_low: p_at.0,
        p_at_high: p_at.1,
    }
}

fn factor(
    id: &str,
    text: &str,
    line: u32,
    states: &[(&str, f64, f64, f64)],
    parents: &[&str],
) -> FactorFinding {
    FactorFinding {
        id: id.into(),
        kind: "factor".into(),
        text: text.into(),
        place: place(line),
        states: states
            .iter()
            .map(|&(state, p, p05, p95)| (state.to_owned(), about(p, p05, p95)))
            .collect(),
        parents: parents.iter().map(|&parent| parent.to_owned()).collect(),
        reasons: Vec::new(),
        base: None,
        observed: None,
        obtain: None,
        quotes: Vec::new(),
        notes: Vec::new(),
    }
}

fn yes(id: &str, text: &str, line: u32, p: (f64, f64, f64), parents: &[&str]) -> FactorFinding {
    factor(
        id,
        text,
        line,
        &[("no", 1.0 - p.0, 1.0 - p.2, 1.0 - p.1), ("yes", p.0, p.1, p.2)],
        parents,
    )
}

fn evidence(
    id: &str,
    text: &str,
    line: u32,
    on: &str,
    says: &str,
    weight: f64,
    reasons: &[usize],
) -> EvidenceFinding {
    EvidenceFinding {
        id: id.into(),
        text: text.into(),
        place: place(line),
        on: Some(on.into()),
        says: Some(says.into()),
        left_out: None,
        weight: Some(weight),
        origins: 1,
        quotes: Vec::new(),
        reasons: reasons.to_vec(),
        notes: Vec::new(),
    }
}

fn share(reason: usize, nats: f64, alone: f64, dropped: f64) -> ReasonShare {
    ReasonShare { reason, share: Some(nats), error: None, alone, dropped }
}

fn part(reason: Option<usize>, nats: f64) -> PartShare {
    PartShare { reason, share: Some(nats), error: None }
}

fn source(id: &str, title: &str, line: u32, grade: &str, range: (f64, f64)) -> SourceFinding {
    SourceFinding {
        id: id.into(),
        title: title.into(),
        place: Place { file: "sources.weigh".into(), line },
        author: None,
        publisher: None,
        url: None,
        published: None,
        grade: Some(grade.into()),
        reliability: Some(range),
        reliability_after: Some(range.0 * 0.4 + range.1 * 0.6),
        credibility: None,
        origin: None,
        text_status: "found".into(),
        hash: Some("3f1c".repeat(16)),
        verified_on: None,
        is_private: false,
        n_quotes: 1,
        n_verified: 1,
        notes: Vec::new(),
    }
}

/// The flagship's question with everything a file may have.
pub fn belarus() -> Findings {
    let bands = icd203();
    let question = QuestionFinding {
        id: "enters".into(),
        text: "Will Belarusian ground forces fight in Ukraine?".into(),
        place: place(12),
        by: Some("2022-12-31".into()),
        days_left: Some(78),
        resolves: Some("yes if Russia, Belarus or two permanent members of the Security Council say so officially".into()),
        outcomes: vec![outcome("no", 0.96, 0.91, 0.99, &bands), outcome("yes", 0.041, 0.012, 0.093, &bands)],
        focus: 1,
        bounds: Some(BoundsFinding { low: 0.002, high: 0.31, certain: false }),
        headline: "The headline is the mean of 10,000 weighted draws, since `pressure` is used in two tables and their errors go together".into(),
        claim: Some(ClaimFinding {
            band: bands[2].clone(),
            scale_title: "ICD 203".into(),
            fits: false,
            elsewhere: vec![
                ("ICD 203".into(), 0.2, 0.45),
                ("PHIA".into(), 0.25, 0.35),
                ("IPCC".into(), 0.0, 0.33),
                ("EFSA".into(), 0.1, 0.33),
            ],
        }),
        gut: Some(0.05),
        thresholds: vec![(0.1, Some("Evacuate the embassy".into()))],
        base: Some(BaseFinding {
            class: Some("allies who let an invasion start from their soil and joined it within the year".into()),
            written: "5% to 20%".into(),
            estimate: about(0.11, 0.05, 0.2),
            place: place(18),
        }),
        carried: vec![Carried {
            outcome: 1,
            p: 0.0402,
            without: Some(0.114),
            unit: Unit::LogOdds,
            sampled: None,
            shares: vec![
                share(1, -0.84, 0.052, 0.083),
                share(4, 0.79, 0.22, 0.019),
                share(0, -0.58, 0.068, 0.071),
                share(3, -0.31, 0.085, 0.055),
                share(2, -0.16, 0.098, 0.0414),
            ],
            overlap: Some(-0.42),
            pairs: vec![
                Pair { reasons: (0, 1), index: 0.36 },
                Pair { reasons: (1, 3), index: -0.21 },
                Pair { reasons: (0, 4), index: 0.12 },
                Pair { reasons: (2, 3), index: 0.01 },
            ],
            evidence: Some(Part {
                without: Some(0.071),
                sampled: None,
                shares: vec![part(Some(0), -0.41), part(Some(1), -0.2), part(None, 0.02)],
            }),
            weights: Some(Part {
                without: Some(0.128),
                sampled: None,
                shares: vec![part(Some(4), 0.76), part(Some(1), -0.66), part(Some(3), -0.3)],
            }),
        }],
        swings: vec![
            swing("order: base of send", "3% to 12%", 31, (0.03, 0.12), (0.018, 0.082)),
            swing("order: odds if demand = insists", "x 1.5 to 4", 33, (1.5, 4.0), (0.029, 0.061)),
            swing("obeys: yes if order = send", "55% to 85%", 44, (0.55, 0.85), (0.031, 0.049)),
            swing("unrest: odds if order = send", "x 4 to 12", 39, (4.0, 12.0), (0.047, 0.038)),
            Swing {
                rationale: Some("Military analysts’ estimates of officers at home, less the garrison of the capital".into()),
                ..swing("special_forces", "4000 to 6000", 52, (4000.0, 6000.0), (0.0402, 0.0413))
            },
        ],
        flips: vec![
            Flip { swing: 0, value: 0.071, edge: 0.05, edge_name: "the border of \"very unlikely\"".into(), live: true, distance: 0.4 },
            Flip { swing: 1, value: 2.92, edge: 0.05, edge_name: "the border of \"very unlikely\"".into(), live: true, distance: 0.4 },
            Flip { swing: 0, value: 0.38, edge: 0.2, edge_name: "the lower border of the text’s word, \"unlikely\"".into(), live: false, distance: 0.4 },
        ],
        pair_flips: vec![PairFlip {
            swings: (1, 2),
            values: (2.4, 0.78),
            edge: 0.05,
            edge_name: "the border of \"very unlikely\"".into(),
            live: true,
        }],
        source_changes: vec![
            SourceChange {
                source: 0,
                without: Some(0.083),
                crosses: Some("the border of \"very unlikely\"".into()),
                grade: Some(GradeFlip {
                    letter: 'D',
                    p: 0.056,
                    edge_name: "the border of \"very unlikely\"".into(),
                }),
            },
            SourceChange { source: 1, without: Some(0.039), crosses: None, grade: None },
        ],
    };
    let reasons = vec![
        ReasonFinding {
            id: "presence".into(),
            text: "A permanent Russian presence is not in his interest".into(),
            place: place(61),
            quotes: vec![quote(
                "would allow Russia to establish a permanent military presence in Belarus",
                0,
                63,
                "skepticism about dropping the Belarusian army under Russian command if troops are deployed to Ukraine. That ",
                ", further weakening Lukashenko and putting Belarus firmly in Putin’s pocket",
            )],
            evidence: vec![1],
            weights: vec![weight("odds of enters", "x 0.4 to 0.8", Some("A ruler who has balanced for 28 years gives up the balance last"), 62)],
            notes: vec!["The treaty of 1999 was never carried out, which is the strongest sign that he delays where he can.".into()],
        },
        ReasonFinding {
            id: "army".into(),
            text: "The army cannot be spared and may refuse".into(),
            place: place(66),
            quotes: vec![
                quote("Lukashenko cannot afford to abandon these troops as they ensure his power", 0, 68, "Belarusian special forces provide a powerful deterrent to public protests. ", ""),
                QuoteFinding { text: "the soldiers have already refused their orders".into(), original: None, source: 0, place: place(69), status: QuoteStatus::Missing, translation: None },
            ],
            evidence: vec![2],
            weights: vec![
                weight("obeys: yes if order = send", "55% to 85%", Some("Conscripts who share the public’s view; contractors are a quarter"), 44),
                weight("order: odds if deployable > 10000", "x 1 to 2", None, 34),
            ],
            notes: vec![],
        },
        ReasonFinding {
            id: "insiders".into(),
            text: "Sanctions have weakened the support of his own circle".into(),
            place: place(72),
            quotes: vec![quote("some of his close political insiders seem opposed to the decision to back Putin’s war on Ukraine", 0, 73, "Lukashenko remains in power. However, ", ". The protracted military conflict")],
            evidence: vec![3],
            weights: vec![weight("order: odds if insiders = split", "x 0.5 to 0.9", Some("The letter of 6 April shows that they look for a way out"), 35)],
            notes: vec![],
        },
        ReasonFinding {
            id: "public".into(),
            text: "Russia’s war is not popular in Belarus".into(),
            place: place(76),
            quotes: vec![],
            evidence: vec![0, 4],
            weights: vec![weight("unrest: odds if order = send", "x 4 to 12", None, 39)],
            notes: vec![],
        },
        ReasonFinding {
            id: "pressure".into(),
            text: "He depends on Putin".into(),
            place: place(80),
            quotes: vec![quote("little choice but to follow Putin’s orders", 0, 81, "Belarus’ military far weaker than Russia’s, Lukashenko appears to have ", ". However, Lukashenko’s reluctance")],
            evidence: vec![],
            weights: vec![weight("order: odds if demand = insists", "x 1.5 to 4", Some("Since the crackdown of 2020 the debt is personal"), 33)],
            notes: vec![],
        },
    ];
    let mut factors = vec![
        FactorFinding {
            kind: "question".into(),
            ..yes(
                "enters",
                "Will Belarusian ground forces fight in Ukraine?",
                12,
                (0.041, 0.012, 0.093),
                &["order", "obeys"],
            )
        },
        factor(
            "demand",
            "What Putin asks of him",
            26,
            &[("nothing", 0.31, 0.15, 0.5), ("asks", 0.44, 0.3, 0.6), ("insists", 0.25, 0.1, 0.42)],
            &["war"],
        ),
        factor(
            "war",
            "How the war goes for Russia",
            24,
            &[("stalls", 0.82, 0.7, 0.92), ("loses", 0.18, 0.08, 0.3)],
            &[],
        ),
        factor(
            "order",
            "Does he order his troops in?",
            30,
            &[("refuse", 0.94, 0.87, 0.98), ("send", 0.06, 0.02, 0.13)],
            &["demand", "insiders", "presence", "unrest_feared", "deployable"],
        ),
        factor(
            "presence",
            "Russian troops stay for good",
            36,
            &[("temporary", 0.35, 0.2, 0.5), ("permanent", 0.65, 0.5, 0.8)],
            &["demand"],
        ),
        factor(
            "insiders",
            "His inner circle",
            37,
            &[("loyal", 0.78, 0.6, 0.9), ("split", 0.22, 0.1, 0.4)],
            &["sanctions"],
        ),
        factor(
            "sanctions",
            "Sanctions of the European Union",
            38,
            &[("light", 0.0, 0.0, 0.0), ("heavy", 1.0, 1.0, 1.0)],
            &[],
        ),
        factor(
            "support",
            "Public support for joining",
            40,
            &[("low", 0.97, 0.92, 0.995), ("high", 0.03, 0.005, 0.08)],
            &[],
        ),
        yes(
            "unrest_feared",
            "He fears protest on the scale of 2020",
            39,
            (0.71, 0.5, 0.88),
            &["support"],
        ),
        factor(
            "obeys",
            "The units ordered to go, go",
            44,
            &[("no", 0.3, 0.14, 0.46), ("yes", 0.7, 0.54, 0.86)],
            &["order", "support"],
        ),
        FactorFinding {
            kind: "indicator".into(),
            obtain: Some("official gazette, cost 1, within 1 day".into()),
            ..yes(
                "mobilisation",
                "General mobilisation is announced",
                48,
                (0.004, 0.001, 0.011),
                &["order"],
            )
        },
        FactorFinding {
            kind: "indicator".into(),
            obtain: Some("commercial satellite, cost 5, within 3 days".into()),
            ..yes(
                "trains",
                "Troop trains run to the southern border",
                50,
                (0.09, 0.03, 0.18),
                &["order"],
            )
        },
    ];
    factors[6].observed = Some("heavy".into());
    factors[9].reasons = vec![1];
    factors[5].reasons = vec![2];
    factors[4].reasons = vec![0];
    factors[7].quotes = vec![quote(
        "The EU continues to impose sanctions on Belarus",
        0,
        41,
        "",
        ". Some Belarusians agree",
    )];
    let mut items = vec![
        evidence(
            "poll",
            "Five percent of Belarusians would send troops",
            84,
            "2022-08",
            "reports support = low",
            -1.1,
            &[3],
        ),
        evidence(
            "ammunition",
            "Russia received over 12,000 tons of ammunition from Belarus",
            88,
            "2022-08",
            "reports demand = asks",
            -0.24,
            &[0],
        ),
        evidence(
            "exercises",
            "Belarus holds exercises with Russia’s support",
            92,
            "2022-10-10",
            "likelihood 1.5 if order = send, 1 otherwise",
            0.41,
            &[1],
        ),
        evidence(
            "letter",
            "A confidential letter asks the European Union to drop its sanctions",
            95,
            "2022-04-06",
            "reports insiders = split",
            -0.33,
            &[2],
        ),
        evidence(
            "volunteers",
            "Some 200 Belarusian volunteers join the Ukrainian armed forces",
            99,
            "2022-03-26",
            "reports support = low",
            -0.02,
            &[3],
        ),
        evidence(
            "brigade",
            "A Belarusian brigade is seen on the move",
            103,
            "2022-11-02",
            "reports order = send",
            0.0,
            &[],
        ),
    ];
    items[0].quotes = vec![quote(
        "just 5 percent of Belarusians supported sending troops",
        1,
        85,
        "According to a Chatham House poll conducted in August, ",
        " to support Russia, while 2 percent wanted Belarus to side with Ukraine",
    )];
    items[0].origins = 2;
    items[4].quotes = vec![QuoteFinding {
        text: "the volunteers were sworn in".into(),
        original: Some("добровольцы присягнули".into()),
        source: 2,
        place: place(100),
        status: QuoteStatus::Unverified,
        translation: Some(QuoteStatus::Unverified),
    }];
    items[5].weight = None;
    items[5].left_out = Some("later than 2022-10-14".into());
    let answer = |p, p05, p95, seen| {
        Some(ScenarioAnswer {
            estimate: about(p, p05, p95),
            word: word(&bands, p),
            seen,
            done: None,
        })
    };
    let scenario = |id: &str, text: &str, line, change: &str, answer| ScenarioFinding {
        id: id.into(),
        text: text.into(),
        place: place(line),
        changes: vec![change.into()],
        answers: vec![answer],
    };
    Findings {
        title: "Belarusian troops in Ukraine".into(),
        as_of: "2022-10-14".into(),
        author: Some("Desk for Eastern Europe".into()),
        scale: "icd203".into(),
        scale_title: "ICD 203".into(),
        level: 0.9,
        confidence: Some(Confidence {
            level: "low".into(),
            grounds: "one article and one poll; nobody inside the ruler’s circle was heard".into(),
        }),
        notes: vec!["The article is read as it stood on 14 October 2022.".into()],
        questions: vec![question],
        reasons,
        factors,
        quantities: vec![
            QuantityFinding {
                id: "special_forces".into(),
                text: "Special forces".into(),
                place: place(52),
                written: "4000 to 6000".into(),
                mean: 4930.0,
                p05: 4000.0,
                p50: 4899.0,
                p95: 6000.0,
                is_probability: false,
                quotes: vec![quote(
                    "an estimated group of 4,000 to 6,000 officers",
                    0,
                    53,
                    "Belarusian special forces, ",
                    ", play an important role at home",
                )],
            },
            QuantityFinding {
                id: "deployable".into(),
                text: "Troops that could be sent".into(),
                place: place(54),
                written: "special_forces + 45500 * (20% to 30%) * (10% to 40%)".into(),
                mean: 7480.0,
                p05: 5800.0,
                p50: 7400.0,
                p95: 9600.0,
                is_probability: false,
                quotes: vec![],
            },
        ],
        evidence: items,
        scenarios: vec![
            scenario(
                "coup",
                "Insiders break with him",
                110,
                "set insiders = split",
                answer(0.022, 0.006, 0.05, Some(0.034)),
            ),
            scenario(
                "demand",
                "Putin insists",
                113,
                "set demand = insists",
                answer(0.094, 0.031, 0.19, None),
            ),
            scenario(
                "announced",
                "General mobilisation is announced",
                116,
                "observe mobilisation = yes",
                answer(0.47, 0.22, 0.73, None),
            ),
            scenario("light", "Sanctions are lifted", 119, "observe sanctions = light", None),
        ],
        stories: vec![],
        worth: vec![],
        stress: vec![],
        repair: None,
        doubts: vec![],
        silenced: vec![],
        matrix: vec![],
        timeline: None,
        movable: None,
        texts: Vec::new(),
        not_movable: None,
        cited: CitedFinding { sources: 3, origins: 2 },
        actors: None,
        sources: vec![
            SourceFinding {
                author: Some("Tatsiana Kulakevich".into()),
                publisher: Some("The Monkey Cage".into()),
                url: Some("https://example.org/lukashenko".into()),
                published: Some("2022-10-14".into()),
                n_quotes: 9,
                n_verified: 8,
                credibility: Some(2),
                ..source(
                    "tmc",
                    "Putin’s ally Lukashenko is unlikely to send Belarusian troops to Ukraine",
                    3,
                    "B",
                    (0.7, 0.9),
                )
            },
            SourceFinding {
                published: Some("2022-08".into()),
                n_quotes: 1,
                n_verified: 1,
                ..source("poll", "Chatham House opinion poll", 9, "A", (0.9, 0.99))
            },
            SourceFinding {
                text_status: "absent".into(),
                n_verified: 0,
                origin: Some("tmc".into()),
                ..source(
                    "regiment",
                    "Announcement of the Kalinouski battalion",
                    14,
                    "D",
                    (0.25, 0.5),
                )
            },
        ],
        run: run(),
        scale_bands: bands,
    }
}

fn run() -> RunReport {
    RunReport {
        draws: 10_000,
        seed: 42,
        ess: 6241.7,
        n_parameters: 37,
        n_variables: 19,
        largest_table: 96,
        log10_p_evidence: -2.31,
        correlation_table: 0.8,
        correlation_elicitor: 0.2,
        engine: "0.1.0".into(),
        files: vec![
            (
                "belarus.weigh".into(),
                "9f2b6c1d0e8a7f3344556677889900aabbccddeeff00112233445566778899aa".into(),
            ),
            (
                "sources.weigh".into(),
                "00112233445566778899aabbccddeeff9f2b6c1d0e8a7f3344556677889900aa".into(),
            ),
        ],
    }
}

/// A level-1 memo: a base rate and two reasons, no network, no confidence.
pub fn memo() -> Findings {
    let mut findings = belarus();
    findings.factors.truncate(1);
    findings.factors[0].parents.clear();
    findings.quantities.clear();
    findings.evidence.clear();
    findings.scenarios.clear();
    findings.confidence = None;
    findings.notes.clear();
    findings.author = None;
    findings.reasons.truncate(2);
    for reason in &mut findings.reasons {
        reason.evidence.clear();
        reason.quotes.truncate(1);
    }
    findings.sources.truncate(1);
    let question = &mut findings.questions[0];
    let carried = &mut question.carried[0];
    carried.shares.retain(|share| share.reason < 2);
    carried.pairs.truncate(1);
    (carried.evidence, carried.weights) = (None, None);
    question.swings.truncate(2);
    question.flips.clear();
    question.pair_flips.clear();
    question.source_changes.clear();
    question.gut = None;
    if let Some(claim) = &mut question.claim {
        claim.band = findings.scale_bands[0].clone();
        claim.fits = true;
        claim.elsewhere = vec![("ICD 203".into(), 0.01, 0.05)];
    }
    findings
}

/// Hostile strings, other scripts, sixty factors, three outcomes, two questions, probabilities of 0 and 1.
pub fn stress() -> Findings {
    const HOSTILE: &str =
        "</style></title><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp; ";
    let mut findings = belarus();
    let bands = findings.scale_bands.clone();
    findings.title = format!(
        "{HOSTILE}ΑΒΓ 白俄罗斯军队会在乌克兰作战吗 {}",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
            .repeat(2)
    );
    findings.as_of = String::new();
    findings.author = Some(format!("{HOSTILE}מחבר"));
    findings.scale = "ipcc".into();
    findings.scale_title = "IPCC AR5".into();
    findings.scale_bands = [
        ("exceptionally unlikely", 0.0, 0.01),
        ("extremely unlikely", 0.0, 0.05),
        ("very unlikely", 0.0, 0.1),
        ("unlikely", 0.0, 0.33),
        ("about as likely as not", 0.33, 0.66),
        ("more likely than not", 0.5, 1.0),
        ("likely", 0.66, 1.0),
        ("very likely", 0.9, 1.0),
        ("extremely likely", 0.95, 1.0),
        ("virtually certain", 0.99, 1.0),
    ]
    .map(|(word, low, high)| Band { word: word.into(), low, high })
    .to_vec();
    findings.run.ess = 312.4;
    findings.run.files =
        vec![(format!("a/very/long/path/{HOSTILE}/{}.weigh", "x".repeat(150)), "ab".repeat(32))];
    let question = &mut findings.questions[0];
    question.text = format!(
        "{HOSTILE}هل ستقاتل القوات البيلاروسية في أوكرانيا؟ And what, exactly, in a question that goes on for several lines because its author could not stop, will have happened by then?"
    );
    question.outcomes = vec![
        outcome("none", 0.0, 0.0, 0.0, &bands),
        outcome("border incidents", 0.36, 0.2, 0.5, &findings.scale_bands),
        outcome(HOSTILE, 0.5, 0.31, 0.72, &bands),
        outcome("сухопутные войска воюют", 0.14, 0.0004, 0.31, &[]),
    ];
    question.focus = 3;
    question.by = Some("the day after</p><script>".into());
    question.days_left = None;
    question.resolves = Some(HOSTILE.repeat(3));
    question.carried[0].shares[0].share = None;
    for (ix, swing) in question.swings.iter_mut().enumerate() {
        swing.what = format!("{HOSTILE}{}", "longname_".repeat(12 + ix));
        swing.rationale = Some("理由".repeat(60));
    }
    question.flips[0].edge_name = HOSTILE.into();
    let mut certain = findings.questions[0].clone();
    certain.text = "Is it certain?".into();
    certain.outcomes =
        vec![outcome("no", 0.0, 0.0, 0.0, &bands), outcome("yes", 1.0, 1.0, 1.0, &bands)];
    certain.focus = 1;
    certain.claim = None;
    certain.base = None;
    certain.gut = None;
    certain.carried.clear();
    certain.swings.clear();
    certain.flips.clear();
    certain.pair_flips.clear();
    certain.source_changes.clear();
    findings.questions.push(certain);
    for reason in &mut findings.reasons {
        reason.text = format!("{HOSTILE}{}", reason.text);
        reason.notes.push("ħ".repeat(400));
        for quote in &mut reason.quotes {
            quote.text = format!("{} {HOSTILE}", quote.text);
        }
    }
    for scenario in &mut findings.scenarios {
        scenario.text = HOSTILE.into();
        scenario.changes = vec![format!("set {} = {HOSTILE}", "x".repeat(90))];
        let first = scenario.answers[0].clone();
        scenario.answers.push(first);
    }
    for source in &mut findings.sources {
        source.title = format!("{HOSTILE}{}", "タイトル".repeat(30));
        source.url = Some("javascript:alert(1)".into());
        source.text_status = format!("{HOSTILE} is not UTF-8 from byte 17 on");
    }
    // Sixty factors in six layers, each on two or three of the layer before.
    findings.factors = (0..60_u32)
        .map(|ix| {
            let layer = ix / 10;
            let parents: Vec<String> = if layer == 0 {
                vec![]
            } else {
                (0..2 + ix % 2)
                    .map(|k| format!("f{}", (layer - 1) * 10 + (ix * 7 + k * 3) % 10))
                    .collect()
            };
            let names = [
                "Support for the war",
                "Штурм",
                "Readiness of the brigade at the southern border",
                "支持战争",
                HOSTILE,
                "Supercalifragilisticexpialidocious",
            ];
            let text = format!("{} {ix}", names[ix as usize % names.len()]);
            let p = f64::from(ix) / 59.0;
            let mut factor =
                yes(&format!("f{ix}"), &text, 100 + ix, (p, p * 0.7, p + (1.0 - p) * 0.3), &[]);
            factor.parents = parents;
            if ix == 59 {
                factor.kind = "question".into();
            }
            if ix % 9 == 4 {
                factor.kind = "indicator".into();
            }
            if ix % 13 == 2 {
                factor.observed = Some("yes".into());
            }
            factor
        })
        .collect();
    findings
}

/// As little as a file can have: a question and nothing else.
pub fn bare() -> Findings {
    let mut findings = memo();
    findings.reasons.clear();
    findings.sources.clear();
    findings.factors.clear();
    findings.scale_bands.clear();
    findings.as_of.clear();
    findings.run.n_parameters = 0;
    findings.run.ess = 1.0;
    findings.run.log10_p_evidence = 0.0;
    findings.run.files.clear();
    let question = &mut findings.questions[0];
    question.outcomes = vec![
        outcome("no", 0.9996, 0.9996, 0.9996, &[]),
        outcome("yes", 0.0004, 0.0004, 0.0004, &[]),
    ];
    question.claim = None;
    question.base = None;
    question.carried.clear();
    question.swings.truncate(1);
    question.swings[0].p_at_low = 0.0004;
    question.swings[0].p_at_high = 0.0004;
    question.by = None;
    question.days_left = None;
    question.resolves = None;
    findings
}
