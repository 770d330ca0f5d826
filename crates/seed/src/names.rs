//! What the accounts and people are called, and where they are. Companies are made up; `.example` belongs to nobody.

use crate::dice::Dice;

#[rustfmt::skip]
const COMPANIES: &[&str] = &[
    "Alderbrook", "Amberfield", "Arcadia", "Ashcombe", "Atlas", "Aurora", "Bayview", "Beacon", "Birchwood", "Blackwater",
    "Bluestone", "Bramble", "Bridgewater", "Brightside", "Calder", "Cascade", "Cedarhurst", "Clearwater", "Copperleaf", "Coral",
    "Crestline", "Crosswind", "Cypress", "Dalehaven", "Deepwell", "Dovetail", "Driftwood", "Eastgate", "Edgemoor", "Elmsworth",
    "Emberly", "Evergreen", "Fairmount", "Falconer", "Fernhill", "Firefly", "Flintlock", "Foxglove", "Garnet", "Glenmore",
    "Goldcrest", "Granite", "Greenfield", "Greyfriars", "Halcyon", "Harborne", "Hawthorn", "Hazelmere", "Heron", "Highgate",
    "Hillcrest", "Hollybank", "Ironbridge", "Ivory", "Jasper", "Juniper", "Kestrel", "Kingfisher", "Lakeshore", "Larkspur",
    "Laurel", "Linden", "Lodestar", "Longmeadow", "Magnolia", "Maplewood", "Meridian", "Millbrook", "Moonstone", "Mosswood",
    "Mulberry", "Newbridge", "Nightingale", "Northgate", "Oakhurst", "Obsidian", "Oldfield", "Orchard", "Osprey", "Palisade",
    "Pebble", "Pinecrest", "Polaris", "Primrose", "Quarry", "Quayside", "Quill", "Ravenscroft", "Redwood", "Ridgeway",
    "Riverbend", "Rosewood", "Rowan", "Saffron", "Sandstone", "Seabright", "Sequoia", "Silverline", "Skylark", "Sparrow",
    "Springfield", "Starling", "Stonegate", "Summit", "Sunridge", "Sycamore", "Tamarack", "Thistle", "Thornbury", "Tidewater",
    "Timberline", "Topaz", "Trillium", "Umber", "Upland", "Valecrest", "Verdant", "Violet", "Walnut", "Waterford", "Wayfarer",
    "Westbrook", "Whitecliff", "Wildwood", "Willow", "Windermere", "Winterbourne", "Woodbine", "Wren", "Yarrow", "Zenith", "Zephyr",
];

#[rustfmt::skip]
const TRADES: &[&str] = &[
    "Accounting", "Aerospace", "Analytics", "Architects", "Automation", "Bakeries", "Biotech", "Books", "Breweries",
    "Ceramics", "Chemicals", "Cloud", "Consulting", "Construction", "Couriers", "Dairies", "Dental", "Design", "Diagnostics",
    "Distribution", "Electric", "Electronics", "Energy", "Engineering", "Farms", "Fashion", "Films", "Finance", "Foods",
    "Freight", "Furniture", "Games", "Gardens", "Glass", "Health", "Hosting", "Hotels", "Insurance", "Interiors", "Labs",
    "Learning", "Legal", "Logistics", "Machines", "Marine", "Media", "Medical", "Metals", "Motors", "Music", "Networks",
    "Optics", "Outfitters", "Packaging", "Paper", "Partners", "Pharma", "Plastics", "Press", "Properties", "Publishing",
    "Recruiting", "Research", "Retail", "Robotics", "Security", "Shipping", "Software", "Solar", "Sports", "Steel", "Studios",
    "Surveyors", "Systems", "Telecom", "Textiles", "Timber", "Tools", "Toys", "Trading", "Travel", "Ventures", "Water", "Wines",
];

const FORMS: &[&str] =
    &["AB", "AG", "B.V.", "GmbH", "Group", "Holdings", "Inc.", "LLC", "Ltd", "plc", "S.A.", "Sp. z o.o."];

/// As written, and in ASCII for login names.
type Name = (&'static str, &'static str);

const fn plain(name: &'static str) -> Name {
    (name, name)
}

#[rustfmt::skip]
const GIVEN_NAMES: &[&str] = &[
    "Ada", "Adam", "Aisha", "Alan", "Alex", "Alice", "Amara", "Amelia", "Amir", "Ana", "Andrew", "Anna", "Anton", "Aria",
    "Arthur", "Avery", "Beatrice", "Ben", "Bianca", "Blake", "Boris", "Bruno", "Camila", "Carlos", "Carmen", "Caroline",
    "Chen", "Chiara", "Clara", "Connor", "Daniel", "Daria", "David", "Deepa", "Diana", "Diego", "Dmitri", "Edith", "Elena",
    "Elias", "Emil", "Emma", "Erik", "Esther", "Eva", "Fatima", "Felix", "Fiona", "Francis", "Freya", "Gabriel", "George",
    "Grace", "Greta", "Hana", "Harper", "Helen", "Henry", "Hugo", "Ida", "Imran", "Ingrid", "Irene", "Isaac", "Ivan", "Jack",
    "James", "Jana", "Jasmine", "Johan", "Jonas", "Julia", "Kai", "Karen", "Karim", "Katja", "Kenji", "Lars", "Laura", "Leila",
    "Leo", "Lina", "Louis", "Lucas", "Lucia", "Magnus", "Malik", "Marco", "Maria", "Marta", "Mateo", "Maya", "Mei", "Mia",
    "Milan", "Mira", "Mohammed", "Nadia", "Naomi", "Nikhil", "Nina", "Noah", "Nora", "Olga", "Oliver", "Omar", "Oscar", "Paula",
    "Peter", "Petra", "Priya", "Quentin", "Rafael", "Ravi", "Rebecca", "Robin", "Rosa", "Ruth", "Sakura", "Sam", "Sara",
    "Sasha", "Silvia", "Simon", "Sofia", "Stefan", "Tara", "Theo", "Thomas", "Tomas", "Uma", "Vera", "Victor", "Wei", "William",
    "Xenia", "Yara", "Yusuf", "Yuki", "Zara",
];

#[rustfmt::skip]
const FAMILY_NAMES: &[&str] = &[
    "Abbott", "Adeyemi", "Ahmed", "Almeida", "Andersen", "Andersson", "Bailey", "Baker", "Bakker", "Barnes", "Bauer", "Becker",
    "Bell", "Bennett", "Berg", "Bianchi", "Blom", "Bondarenko", "Bosch", "Bradley", "Brandt", "Brooks", "Bruno", "Burke",
    "Campbell", "Carter", "Castillo", "Chan", "Chapman", "Chen", "Clarke", "Cohen", "Cole", "Conti", "Cooper", "Costa", "Cruz",
    "Dahl", "Das", "Davies", "Delgado", "Desai", "Diaz", "Dubois", "Duval", "Eriksen", "Evans", "Farah", "Ferrari", "Fischer",
    "Flores", "Foster", "Fraser", "Fuchs", "Fuentes", "Garcia", "Gibson", "Gomez", "Gonzalez", "Graham", "Gray", "Greco",
    "Green", "Gruber", "Gupta", "Haas", "Haddad", "Hall", "Hansen", "Harris", "Hayes", "Heinz", "Hernandez", "Hill", "Hoffmann",
    "Holm", "Horvat", "Huber", "Hughes", "Ibrahim", "Ito", "Ivanov", "Jackson", "Jain", "Jansen", "Jensen", "Johansson",
    "Jones", "Joshi", "Kaiser", "Kaya", "Keller", "Kelly", "Khan", "Kim", "King", "Klein", "Kowalski", "Kumar", "Lambert",
    "Lang", "Larsen", "Lee", "Lehmann", "Lewis", "Li", "Lindberg", "Lopez", "Lund", "Maier", "Marino", "Martin", "Meyer",
    "Mendes", "Miller", "Mitchell", "Moreau", "Moreno", "Morgan", "Mori", "Murphy", "Nakamura", "Nguyen", "Nielsen", "Novak",
    "Nowak", "Okafor", "Olsen", "Ortiz", "Osei", "Patel", "Pereira", "Peters", "Petrov", "Popescu", "Quinn", "Rahman", "Ramos",
    "Reid", "Ricci", "Richter", "Rivera", "Roberts", "Romano", "Rossi", "Roux", "Russo", "Sanchez", "Santos", "Sato", "Schmidt",
    "Schneider", "Shah", "Sharma", "Silva", "Singh", "Smit", "Sokolov", "Stewart", "Suzuki", "Tanaka", "Taylor", "Thompson",
    "Torres", "Tran", "Turner", "Vega", "Visser", "Vogel", "Wagner", "Walker", "Wang", "Watanabe", "Weber", "White", "Wilson",
    "Winter", "Wolf", "Wong", "Wood", "Wright", "Yamamoto", "Yang", "Yilmaz", "Young", "Zhang", "Zimmermann",
];

/// Some are not written in ASCII, so that sorting and searching meet such names too.
#[rustfmt::skip]
const OTHER_GIVEN_NAMES: &[Name] = &[
    ("André", "andre"), ("Björn", "bjorn"), ("Chloé", "chloe"), ("Jürgen", "juergen"), ("José", "jose"), ("Łucja", "lucja"),
    ("Noëlle", "noelle"), ("Søren", "soren"), ("Zoë", "zoe"), ("Çağla", "cagla"), ("Şirin", "sirin"), ("Élodie", "elodie"),
];

#[rustfmt::skip]
const OTHER_FAMILY_NAMES: &[Name] = &[
    ("Åkesson", "akesson"), ("Ćosić", "cosic"), ("García", "garcia"), ("Gonçalves", "goncalves"), ("Jørgensen", "jorgensen"),
    ("Lefèvre", "lefevre"), ("Müller", "mueller"), ("Nuñez", "nunez"), ("O'Neill", "oneill"), ("Öztürk", "oztuerk"),
    ("Ruiz-Peña", "ruiz-pena"), ("Schäfer", "schaefer"), ("Świątek", "swiatek"), ("van der Berg", "vanderberg"),
];

#[rustfmt::skip]
const JOBS: &[Name] = &[
    ("Accountant", "Finance"), ("Buyer", "Purchasing"), ("Consultant", "Services"), ("Controller", "Finance"),
    ("Designer", "Product"), ("Developer", "Engineering"), ("Engineer", "Engineering"), ("Head of sales", "Sales"),
    ("Key account manager", "Sales"), ("Lawyer", "Legal"), ("Office manager", "Administration"), ("Operator", "Operations"),
    ("Product manager", "Product"), ("Recruiter", "People"), ("Support agent", "Support"), ("Team lead", "Operations"),
];

const STREETS: &[&str] =
    &["Bridge", "Canal", "Church", "Garden", "Harbour", "Lake", "Market", "Mill", "Park", "Station", "Tower"];

/// Country, state, city, postal code, and the beginning of phone numbers there.
pub type Place = [&'static str; 5];

const PLACES: &[Place] = &[
    ["US", "WA", "Seattle", "98101", "+1 206 555 "],
    ["US", "NY", "New York", "10001", "+1 212 555 "],
    ["US", "TX", "Austin", "78701", "+1 512 555 "],
    ["CA", "ON", "Toronto", "M5V 2T6", "+1 416 555 "],
    ["GB", "", "London", "EC1Y 8SY", "+44 20 7946 "],
    ["GB", "", "Leeds", "LS1 4AP", "+44 113 496 "],
    ["DE", "", "Berlin", "10115", "+49 30 2318 "],
    ["DE", "", "München", "80331", "+49 89 9998 "],
    ["FR", "", "Lyon", "69002", "+33 4 65 71 "],
    ["NL", "", "Utrecht", "3511 AB", "+31 85 208 "],
    ["SE", "", "Göteborg", "41103", "+46 31 390 "],
    ["PL", "", "Kraków", "31-042", "+48 12 555 "],
    ["ES", "B", "Barcelona", "08001", "+34 93 555 "],
    ["BR", "SP", "São Paulo", "01310-100", "+55 11 5550 "],
    ["IN", "KA", "Bengaluru", "560001", "+91 80 5550 "],
    ["AU", "NSW", "Sydney", "2000", "+61 2 5550 "],
];

/// A company's name, and the part of a domain that it suggests.
pub fn company(dice: &mut Dice) -> (String, String) {
    let (first, trade) = (dice.pick(COMPANIES), dice.pick(TRADES));
    let second = if dice.chance(250) { dice.pick(COMPANIES) } else { "" };
    if second.is_empty() || second == first {
        let form = if dice.chance(400) { format!(" {}", dice.pick(FORMS)) } else { String::new() };
        return (format!("{first} {trade}{form}"), format!("{first}-{trade}").to_lowercase());
    }
    (format!("{first} & {second} {trade}"), format!("{first}-{second}-{trade}").to_lowercase())
}

/// A first and a last name.
pub fn person(dice: &mut Dice) -> (Name, Name) {
    let mut one_of = |usual: &[&'static str], others: &[Name]| {
        if dice.chance(80) { dice.pick(others) } else { plain(dice.pick(usual)) }
    };
    (one_of(GIVEN_NAMES, OTHER_GIVEN_NAMES), one_of(FAMILY_NAMES, OTHER_FAMILY_NAMES))
}

/// A job title and a department.
pub fn job(dice: &mut Dice) -> Name {
    dice.pick(JOBS)
}

pub fn place(dice: &mut Dice) -> Place {
    dice.pick(PLACES)
}

pub fn street(dice: &mut Dice) -> String {
    format!("{} {} Street", 1 + dice.below(240), dice.pick(STREETS))
}
